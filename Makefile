# Needs GNU make. `make help` lists the targets, `make LUA=luajit` builds for another Lua.

LUAS := lua5.1 lua5.2 lua5.3 lua5.4 luajit
LUA ?= lua5.4
BUILD ?= .build
OUT := $(BUILD)/$(LUA)

CC ?= cc
CFLAGS ?= -O2
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
REQUIRED := -std=c99 -fPIC -fvisibility=hidden -MMD -MP
COMPILE = $(CC) $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(REQUIRED)

# macOS resolves a module's Lua symbols in the host only when told to.
SHARED := $(if $(filter Darwin,$(shell uname)),-bundle -undefined dynamic_lookup,-shared)

SOURCES := $(sort $(wildcard src/*.c))
CORE := $(filter-out src/lua_%,$(SOURCES))
LUA_FILES := $(sort $(wildcard lua/tencentcloud/*.lua lua/tencentcloud/*/*.lua))

quote = '$(subst ','\'',$(1))'

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SUFFIXES:
FORCE:

# Rewrites a file only when its text changes, so that what was built by another command is built again.
remember = @mkdir -p $(@D); printf '%s\n' $(call quote,$(1)) | cmp -s - $@ || printf '%s\n' $(call quote,$(1)) >$@

# The module

OBJECTS := $(SOURCES:src/%.c=$(OUT)/objects/%.o)
MODULE := $(OUT)/tencentcloud/response/core.so

# Asked for once and only by what compiles; distributions differ in how they name the .pc file.
pc_names = $(1) $(patsubst lua5%,lua-5%,$(1)) $(subst .,,$(1))
find_include = $(shell for name in $(call pc_names,$(LUA)); do \
	flags=`pkg-config --cflags $$name 2>/dev/null` && echo "$${flags:--I`pkg-config --variable=includedir $$name`}" && break; done)
lua_include = $(eval lua_include := $(if $(LUA_INCDIR),-I$(LUA_INCDIR),$(find_include)))$(lua_include)
dev_package := $(if $(filter luajit,$(LUA)),libluajit2-5.1-dev,lib$(LUA)-dev)

.PHONY: build
build: $(MODULE) ## build the module for LUA (lua5.1 lua5.2 lua5.3 lua5.4 luajit; lua5.4 unless given)

$(MODULE): $(OBJECTS) $(OUT)/link
	@mkdir -p $(@D)
	$(CC) $(SHARED) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(OUT)/objects/%.o: src/%.c $(OUT)/compile
	@mkdir -p $(@D)
	$(COMPILE) $(lua_include) -c -o $@ $<

$(OUT)/compile: FORCE | headers
	$(call remember,$(COMPILE) $(lua_include))

$(OUT)/link: FORCE
	$(call remember,$(CC) $(SHARED) $(CFLAGS) $(LDFLAGS) $(OBJECTS) $(LDLIBS))

.PHONY: headers known-lua
headers: known-lua
	@test -n $(call quote,$(strip $(lua_include))) || { \
	echo "make: no headers of $(LUA): install pkg-config and $(dev_package), or give LUA_INCDIR=/its/include" >&2; exit 1; }

known-lua:
	@test -n "$(filter $(LUA),$(LUAS))$(LUA_INCDIR)" || { \
	echo "make: unknown LUA=$(LUA): one of $(LUAS), or any name together with LUA_INCDIR=/its/include" >&2; exit 1; }

# The variables of one version win over LUA_PATH where they are set.
.PHONY: env
env: known-lua ## print what makes `require` find this checkout: eval "$(make -s env LUA=lua5.4)"
	@echo unset LUA_PATH_5_2 LUA_PATH_5_3 LUA_PATH_5_4 LUA_PATH_5_5 LUA_CPATH_5_2 LUA_CPATH_5_3 LUA_CPATH_5_4 LUA_CPATH_5_5
	@printf '%s\n' $(call quote,export LUA_PATH=$(call quote,$(CURDIR)/lua/?.lua;;))
	@printf '%s\n' $(call quote,export LUA_CPATH=$(call quote,$(CURDIR)/$(OUT)/?.so;;))

with_env = eval "`$(MAKE) -s env LUA=$(1)`"

# A pipe that nobody writes to is given up after some seconds.
.PHONY: demo
demo: known-lua ## show what the module makes of two documented bodies, then of FILE=body.json or standard input
	@.ci/setup demo $(filter $(LUAS),$(LUA)) </dev/null
	@$(MAKE) -s build </dev/null
	@$(call with_env,$(LUA)) && if [ -n "$$FILE" ] || [ -t 0 ]; then $(LUA) spec/examples/demo.lua $${FILE:+"$$FILE"}; else \
	{ `command -v timeout >/dev/null && echo timeout 5` dd bs=1 count=1 2>/dev/null && cat; } | $(LUA) spec/examples/demo.lua -; fi

# Tests: every part is a target test-<part> that closes with the line `N passed, N failed`

PARTS := plain-c core core-avx2 core-baseline core-scalar $(LUAS) folded sanitized nginx install rocks memory fuzz differential isolation \
	time bounds apicheck msan valgrind qemu

SANITIZE ?= -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# Relative means from here, in whatever directory a test runs.
ifneq ($(TENCENTCLOUD_SAMPLES),)
export TENCENTCLOUD_SAMPLES := $(if $(filter /%,$(TENCENTCLOUD_SAMPLES)),,$(CURDIR)/)$(TENCENTCLOUD_SAMPLES)
else
unexport TENCENTCLOUD_SAMPLES
endif

.PHONY: test
test: ## run every test on every Lua; the last line is `N passed, N failed`
	@.ci/setup test </dev/null
	@spec/tally $(foreach part,$(PARTS),"$(MAKE) -s test-$(part)")

# A locale with a decimal comma, where it can be made, for the specs that want one.
COMMA_LOCALE := $(BUILD)/locale/de_DE.UTF-8
$(COMMA_LOCALE):
	@mkdir -p $(@D)
	@{ ! command -v localedef || localedef -i de_DE -f UTF-8 $@; } >/dev/null 2>&1 || echo "make: no locale: install locales" >&2

WITH_LOCALE := $(LUAS:%=test-%) test-sanitized test-isolation
$(WITH_LOCALE): export LOCPATH := $(CURDIR)/$(BUILD)/locale
$(LUAS:%=test-%) test-sanitized: $(COMMA_LOCALE)

.PHONY: $(LUAS:%=test-%)
$(LUAS:%=test-%): test-%: ## run the specs on one Lua, all of them or SPEC=spec/some_spec.lua
	@$(MAKE) -s build LUA=$*
	@$(call with_env,$*) && busted --lua=$* $(SPEC)

# As bodies are read that are larger than those of the specs.
FOLDED := BUILD=$(BUILD)/folded CPPFLAGS="-DTC_WHOLE=0 -DTC_FOLD=64"

.PHONY: test-folded
test-folded: ## run the specs of views on Lua 5.4 and LuaJIT, with everything folded that can be
	@$(foreach lua,lua5.4 luajit,$(MAKE) -s build LUA=$(lua) $(FOLDED) && ):
	@spec/tally $(foreach lua,lua5.4 luajit,'$(call with_env,$(lua) $(FOLDED)) && \
	busted --lua=$(lua) --filter-out=much.smaller $(or $(SPEC),spec/view_spec.lua spec/list_spec.lua)')

# The host is not instrumented, so the runtime comes first by preloading, and what the host never frees is no leak of ours.
.PHONY: test-sanitized
test-sanitized: override BUILD := $(BUILD)/sanitized
test-sanitized: ## run the specs on Lua 5.4 with the address and undefined-behaviour sanitizers in the module
	@$(MAKE) -s build LUA=lua5.4 BUILD=$(BUILD) CC=gcc CFLAGS="-O1 -g -DTC_CHECKED $(SANITIZE)"
	@$(call with_env,lua5.4 BUILD=$(BUILD)) && \
	LD_PRELOAD=`gcc -print-file-name=libasan.so` ASAN_OPTIONS=detect_leaks=0 busted --lua=lua5.4 $(SPEC)

.PHONY: test-install test-rocks
test-install: ## install into a temporary root and require the module from there
	@spec/rocks/install_test

test-rocks: ## install by LuaRocks into a temporary tree and require the module from there
	@spec/rocks/luarocks_test

# In nginx itself, of which every spec starts its own.
NGINX_SPEC := spec/nginx
run_nginx = $(call with_env,luajit) && spec/tally "busted --lua=luajit --pattern=_test%.lua$$ $(1)"

.PHONY: test-nginx soak bench-nginx
test-nginx: ## run the specs in nginx, all of them or SPEC=spec/nginx/some_test.lua
	@$(MAKE) -s build LUA=luajit
	@$(call run_nginx,$(or $(SPEC),$(NGINX_SPEC)))

soak: ## keep nginx under load for 300,000 requests, reloads among them: memory stays, no response is lost
	@.ci/setup test </dev/null
	@$(MAKE) -s build LUA=luajit
	@export TENCENTCLOUD_NGINX_REQUESTS=$${REQUESTS:-300000}; $(call run_nginx,$(NGINX_SPEC)/load_test.lua)

bench-nginx: ## requests per second of nginx with and without the filter (ROUNDS=9 SECONDS=1)
	@.ci/setup test </dev/null
	@$(MAKE) -s build LUA=luajit
	@$(call with_env,luajit) && luajit spec/nginx/bench.lua

.PHONY: test-plain-c
test-plain-c: ## compile the core without any Lua header
	@headers=`$(CC) $(WARNINGS) -Werror -std=c99 -M $(CORE)` && ! echo "$$headers" | grep -E '/(lua|luaconf|lauxlib|lualib)\.h' && \
	$(CC) $(WARNINGS) -Werror -std=c99 -fsyntax-only $(CORE) && echo "1 passed, 0 failed"

# The core's own tests, under the sanitizers.
CORE_TESTS := $(patsubst spec/c/%.c,%,$(sort $(wildcard spec/c/*_test.c)))
CORE_HELPERS := $(filter-out %_test.c,$(sort $(wildcard spec/c/*.c)))

# $(1): directory under BUILD, $(2): flags of this variant
define core_variant
$(1)_COMPILE = $$(COMPILE) -O1 -g -DTC_CHECKED $$(SANITIZE) $(2)
$(1)_HELPERS := $(CORE:src/%.c=$(BUILD)/$(1)/%.o) $(CORE_HELPERS:spec/c/%.c=$(BUILD)/$(1)/%.o)

$(BUILD)/$(1)/compile: FORCE
	$$(call remember,$$($(1)_COMPILE))
$(BUILD)/$(1)/%.o: src/%.c $(BUILD)/$(1)/compile
	$$($(1)_COMPILE) -c -o $$@ $$<
# Tests map pages, which C99 alone does not declare.
$(BUILD)/$(1)/%.o: spec/c/%.c $(BUILD)/$(1)/compile
	$$($(1)_COMPILE) -std=gnu99 -Isrc -c -o $$@ $$<
$(BUILD)/$(1)/%_test: $(BUILD)/$(1)/%_test.o $$($(1)_HELPERS)
	$$(CC) $$(CFLAGS) $$(SANITIZE) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)

.SECONDARY: $$($(1)_HELPERS) $(CORE_TESTS:%=$(BUILD)/$(1)/%.o)
.PHONY: build-$(1) test-$(1)
build-$(1): $(CORE_TESTS:%=$(BUILD)/$(1)/%)
test-$(1):
	@$$(MAKE) -s build-$(1)
	@spec/tally $(CORE_TESTS:%=$(BUILD)/$(1)/%)
-include $$(wildcard $(BUILD)/$(1)/*.d)
endef
# By the best instructions that this processor has, and by each lesser kind.
$(eval $(call core_variant,core,))
$(eval $(call core_variant,core-avx2,-DTC_NO_AVX512))
$(eval $(call core_variant,core-baseline,-DTC_NO_AVX))
$(eval $(call core_variant,core-scalar,-DTC_NO_SIMD))

# How fast, and whether it stays so for any body; on these Luas unless LUAS is given
BENCH_LUAS := $(if $(filter command,$(origin LUAS)),$(LUAS),lua5.4 luajit)
run_bench = $(MAKE) -s build LUA=$(1) >&2 && ($(call with_env,$(1)) && $(3) $(1) spec/bench/$(2))

# glibc would map and unmap what is over 32 MB at every call, and the system clear its pages each time.
keep_memory := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184

.PHONY: bench scaling test-scaling
bench: ## time beside lua-cjson; fails where a floor is missed (LUAS="lua5.4 luajit" ROWS=pattern ROUNDS=9 BASE=checkout)
	@.ci/setup bench $(BENCH_LUAS) </dev/null
	@status=0; $(foreach lua,$(BENCH_LUAS),{ $(call run_bench,$(lua),bench.lua); } || status=1; ) exit $$status

scaling: ## time against size, from 1 KB to 64 MB; fails where a body makes it more than linear (LUAS="lua5.4 luajit" ROWS=pattern)
	@.ci/setup bench $(BENCH_LUAS) </dev/null
	@status=0; $(foreach lua,$(BENCH_LUAS),{ $(call run_bench,$(lua),scaling.lua,$(keep_memory)); } || status=1; ) exit $$status

test-scaling: ## the same up to 1 MB, the verdict alone
	@.ci/setup bench $(BENCH_LUAS) </dev/null
	@spec/tally $(foreach lua,$(BENCH_LUAS),'$(call run_bench,$(lua),scaling.lua short,$(keep_memory))')

# Trust: each part that can be run alone, and whether it is able to fail

.PHONY: test-valgrind valgrind
test-valgrind: ## run the specs on Lua 5.4 and LuaJIT under valgrind, less those that take long; or SPEC=spec/some_spec.lua
	@BUILD=$(BUILD) spec/checks/valgrind/run short $(SPEC)

valgrind: ## all of the specs under valgrind
	@.ci/setup test </dev/null
	@BUILD=$(BUILD) spec/checks/valgrind/run all $(SPEC)

# What is promised of its stack to a C function, checked at each call; Lua 5.4.
APICHECK := $(BUILD)/apicheck/lua5.4

.PHONY: test-apicheck
test-apicheck: ## run the specs with checks of what the binding does with Lua's stack
	@$(MAKE) -s build LUA=lua5.4 BUILD=$(BUILD)/apicheck CFLAGS="-O1 -g -include spec/checks/apicheck/apicheck.h"
	@$(CC) -std=c99 -fPIC $(WARNINGS) `pkg-config --cflags lua5.4` $(SHARED) -o $(APICHECK)/self_test.so spec/checks/apicheck/self_test.c
	@spec/tally "spec/checks/apicheck/self_test $(APICHECK)" '$(call with_env,lua5.4 BUILD=$(BUILD)/apicheck) && \
	busted --lua=lua5.4 --filter-out=^time.is --filter-out=^the.heap --filter-out=^memory.is --filter-out=accepted.many $(SPEC)'

# The depth of a body and of Lua's stack must not be that of the C stack.
.PHONY: test-bounds
test-bounds: ## run the specs of depth and of full stacks on each of LUAS, with a C stack of 192 KB
	@$(foreach lua,$(LUAS),$(MAKE) -s build LUA=$(lua) && ):
	@ulimit -s 192 && spec/tally $(foreach lua,$(LUAS),'$(call with_env,$(lua)) && busted --lua=$(lua) --pattern=_test%.lua$$ spec/checks/bounds')

# Every byte that is used has been written; clang only.
.PHONY: test-msan
test-msan: ## run the tests of the core, less the largest bodies, under the memory sanitizer
	@.ci/setup test </dev/null
	@$(MAKE) -s test-core BUILD=$(BUILD)/msan CC=clang SANITIZE="-fsanitize=memory -fno-omit-frame-pointer" \
	CORE_TESTS="$(filter-out large_test,$(CORE_TESTS))"

trust = @BUILD=$(BUILD) WARNINGS="$(WARNINGS) -Werror" spec/$(1)

.PHONY: test-memory memory test-fuzz fuzz test-differential test-isolation test-time
test-memory: ## fail every allocation in turn, on each of LUAS, sanitized
	$(call trust,checks/memory/run 8 $(LUAS))

memory: ## the same, of those that require makes every one
	@.ci/setup test </dev/null
	$(call trust,checks/memory/run 1 $(LUAS))

test-fuzz: ## fuzz the core, and its ways to read against each other in Lua 5.4, 15 seconds each
	$(call trust,fuzz/run 15)

fuzz: ## the same for longer (SECONDS=60 each)
	@.ci/setup test </dev/null
	$(call trust,fuzz/run $(or $(SECONDS),60))

test-differential: ## read generated bodies beside Node and lua-cjson (BODIES=20000)
	$(call trust,fuzz/differential $(or $(BODIES),20000))

test-isolation: $(COMMA_LOCALE) ## threads, finalizers, closing half-way, locales, signed and unsigned char, no globals
	$(call trust,checks/isolation/run)

test-time: ## count the instructions of hostile bodies of n and of 2n bytes
	$(call trust,checks/time/run)

.PHONY: test-qemu qemu
test-qemu: ## the tests of the core and some specs, built for MACHINES (arm64 armhf s390x) and run by qemu; skipped without compilers
	@BUILD=$(BUILD) spec/checks/qemu/run short $(or $(MACHINES),arm64 armhf s390x)

qemu: ## all of the specs on Lua 5.4, built for MACHINES (arm64 armhf s390x)
	@.ci/setup qemu </dev/null || :
	@BUILD=$(BUILD) spec/checks/qemu/run all $(MACHINES)

.PHONY: coverage
coverage: ## branches of the core and lines of the rest that the tests reach, against what they have to
	@.ci/setup coverage </dev/null
	@BUILD=$(BUILD) spec/checks/coverage/run

.PHONY: mutants
mutants: ## put one defect after the other into a copy of this checkout: the tests have to see each (MUTANT=pattern)
	@.ci/setup test </dev/null
	@spec/checks/mutants/run $(MUTANT)

.PHONY: lint
lint: ## luacheck, gcc and clang with warnings as errors, clang's analyzer, cppcheck
	@.ci/setup lint </dev/null
	@.ci/lint

# Installing

PREFIX ?= /usr/local
LUA_ABI := $(if $(filter luajit,$(LUA)),5.1,$(LUA:lua%=%))
INST_LIBDIR ?= $(PREFIX)/lib/lua/$(LUA_ABI)
INST_LUADIR ?= $(PREFIX)/share/lua/$(LUA_ABI)
lua_root := $(call quote,$(DESTDIR)$(INST_LUADIR))
lib_root := $(call quote,$(DESTDIR)$(INST_LIBDIR))

# By rename: a process that has the old file mapped keeps it whole.
.PHONY: install
install: build ## install for LUA under PREFIX (INST_LUADIR, INST_LIBDIR, DESTDIR)
	@set -e; place() { \
		mkdir -p "$${3%/*}"; cp "$$2" "$$3.$$$$"; chmod "$$1" "$$3.$$$$"; mv -f "$$3.$$$$" "$$3"; echo "installed $$3"; }; \
	for file in $(LUA_FILES:lua/%=%); do place 644 "lua/$$file" $(lua_root)/"$$file"; done; \
	place 755 $(MODULE) $(lib_root)/tencentcloud/response/core.so

.PHONY: uninstall
uninstall: ## remove what install put there
	@for file in $(LUA_FILES:lua/%=%); do rm -f $(lua_root)/"$$file"; done
	@rm -f $(lib_root)/tencentcloud/response/core.so
	@for dir in $(sort $(dir $(LUA_FILES:lua/%=%))); do echo "$$dir"; done | sort -r | \
		while read -r dir; do rmdir $(lua_root)/"$$dir" 2>/dev/null; done; \
	rmdir $(lib_root)/tencentcloud/response $(lib_root)/tencentcloud 2>/dev/null; :

.PHONY: clean
clean: ## remove everything built
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z$$][^=]*:.*## / { sub(/^\$$\(LUAS.*/, "test-<lua>", $$1); printf "make %-12s %s\n", $$1, $$2 }' Makefile

-include $(wildcard $(OUT)/objects/*.d)
