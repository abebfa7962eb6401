# shellcheck shell=bash
# Sourced by the tests of this directory: a scratch directory, counted checks and the closing line.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
rocks=$PWD/spec/rocks
modules=$(find lua -name '*.lua')
passed=0 failed=0

check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n%s\n' "$name" "$output"
  fi
}

# Exports what a clone of the work tree in its present state would hold.
export_checkout() {
  mkdir -p "$1"
  { git ls-files -z --cached --others --exclude-standard 2>/dev/null ||
    find . \( -path ./.git -o -path ./.build \) -prune -o -type f -print0; } |
    xargs -0 sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh |
    tar --null --files-from - -cf - | tar -C "$1" -xf -
}

# usage: works_alone LUA TREE: with only TREE and lua-cjson available, every module is found in TREE and works.
works_alone() {
  local lua=$1 tree=$2 abi cjson
  abi=$("$lua" -e 'print((_VERSION:gsub("Lua ", "")))')
  cjson=$scratch/cjson-$abi
  if [ ! -e "$cjson" ]; then
    mkdir "$cjson"
    ln -s "$("$lua" -e 'for path in (package.cpath .. ";"):gmatch("(.-);") do
      local name = path:gsub("%?", "cjson")
      if io.open(name) then return print(name) end
    end')" "$cjson/cjson.so"
  fi
  (cd "$scratch" && env -i PATH="$PATH" LUA_PATH="$tree/share/lua/$abi/?.lua" \
    LUA_CPATH="$tree/lib/lua/$abi/?.so;$cjson/?.so" "$lua" "$rocks/installed.lua" "$tree" $modules)
}

# usage: command_works COMMAND [VARIABLE=VALUE]...: the installed command reads a response, with these variables alone.
command_works() {
  local command=$1
  shift
  (cd "$scratch" && echo '{"Response":{"RequestId":"r-1"}}' | env -i PATH="$PATH" "$@" "$command" --json |
    grep -qx '{"source":"standard input","outcome":"success","request_id":"r-1"}')
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
