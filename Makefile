# Needs GNU make. `make help` lists the targets, `make LUA=luajit` builds for another Lua.

LUAS := lua5.1 lua5.2 lua5.3 lua5.4 luajit
LUA ?= lua5.4
LUA_ABI ?= $(if $(filter luajit,$(LUA)),5.1,$(LUA:lua%=%))
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
LUA_FILES := $(patsubst lua/%,%,$(sort $(wildcard lua/tencentcloud/*.lua lua/tencentcloud/*/*.lua lua/tencentcloud/*/*/*.lua)))
COMMANDS := tencentcloud-response

quote = '$(subst ','\'',$(1))'
absolute = $(if $(filter /%,$(1)),,$(CURDIR)/)$(1)
setup = .ci/setup $(1) </dev/null

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SUFFIXES:
FORCE:

# Rewrites a file only when its text changes, so that what was built by another command is built again.
remember = @mkdir -p $(@D); printf '%s\n' $(call quote,$(1)) | cmp -s - $@ || printf '%s\n' $(call quote,$(1)) >$@

# ---- the module ----

OBJECTS := $(SOURCES:src/%.c=$(OUT)/objects/%.o)
MODULE := $(OUT)/tencentcloud/response/core.so

# Looked up once, and only to compile; distributions differ in how they name the .pc file.
pc_names = $(1) $(patsubst lua5%,lua-5%,$(1)) $(subst .,,$(1))
find_include = $(shell for name in $(call pc_names,$(LUA)); do \
	flags=`pkg-config --cflags $$name 2>/dev/null` && echo "$${flags:--I`pkg-config --variable=includedir $$name`}" && break; done)
lua_include = $(eval lua_include := $(if $(LUA_INCDIR),-I$(LUA_INCDIR),$(find_include)))$(lua_include)
dev_package := $(if $(filter luajit,$(LUA)),libluajit2-5.1-dev,lib$(LUA)-dev)

.PHONY: build headers known-lua
build: $(MODULE) ## build the module for LUA=lua5.4 (or lua5.1, lua5.2, lua5.3, luajit; another with LUA_INCDIR)

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

-include $(wildcard $(OUT)/objects/*.d)

headers: known-lua
	@test -n $(call quote,$(strip $(lua_include))) || { \
	echo "make: no headers of $(LUA): install pkg-config and $(dev_package), or give LUA_INCDIR=/its/include" >&2; exit 1; }

known-lua:
	@test -n "$(filter $(LUA),$(LUAS))$(LUA_INCDIR)" || { \
	echo "make: unknown LUA=$(LUA): one of $(LUAS), or any name together with LUA_INCDIR=/its/include" >&2; exit 1; }

# The user's own path comes after it. A variable of one version would win over the general one, so its value is used.
user_path = "$(if $(version),$${$(1)$(version):-)$${$(1):-;}$(if $(version),})"
version := $(if $(filter-out 5.1,$(LUA_ABI)),_$(subst .,_,$(LUA_ABI)))

.PHONY: env demo
env: known-lua ## print what makes `require` find this checkout: eval "$(make -s env LUA=lua5.4)"
	@printf '%s\n' $(call quote,export LUA_PATH=$(call quote,$(CURDIR)/lua/?.lua;)$(call user_path,LUA_PATH))
	@printf '%s\n' $(call quote,export LUA_CPATH=$(call quote,$(call absolute,$(OUT))/?.so;)$(call user_path,LUA_CPATH))
	@$(if $(version),echo unset LUA_PATH$(version) LUA_CPATH$(version))

with_env = eval "`$(MAKE) -s env LUA=$(1)`"

DEMO := spec/fixtures/success-documented.json spec/fixtures/failure-documented.json spec/examples/chat.txt
demo: known-lua ## show what the command prints for two bodies and a stream, and for FILE=body.json
	@$(call setup,demo $(filter $(LUAS),$(LUA)))
	@$(MAKE) -s build
	@$(call with_env,$(LUA)) && { $(LUA) lua/tencentcloud-response $(DEMO) $(if $(FILE),$(call quote,$(FILE))); [ $$? -lt 2 ]; }

# ---- installing ----

PREFIX ?= /usr/local
INST_LIBDIR ?= $(PREFIX)/lib/lua/$(LUA_ABI)
INST_LUADIR ?= $(PREFIX)/share/lua/$(LUA_ABI)
BINDIR ?= $(PREFIX)/bin
lib_root := $(call quote,$(DESTDIR)$(INST_LIBDIR))
lua_root := $(call quote,$(DESTDIR)$(INST_LUADIR))
bin_root := $(call quote,$(DESTDIR)$(BINDIR))

# By rename: a process that has the old file mapped keeps it whole. A command runs on the Lua that it is installed for,
# and finds its modules wherever PREFIX is; long brackets take quotes and backslashes in its paths as they are.
command_head = '\#!/usr/bin/env $(LUA)' \
	$(call quote,package.path = [[$(INST_LUADIR)/?.lua;]] .. package.path) \
	$(call quote,package.cpath = [[$(INST_LIBDIR)/?.so;]] .. package.cpath)

.PHONY: install uninstall clean help
install: build ## install for LUA under PREFIX=/usr/local (INST_LUADIR, INST_LIBDIR, BINDIR, DESTDIR)
	@set -e; place() { \
		mkdir -p "$${3%/*}"; cat "$$2" >"$$3.$$$$"; chmod "$$1" "$$3.$$$$"; mv -f "$$3.$$$$" "$$3"; echo "installed $$3"; }; \
	for file in $(LUA_FILES); do place 644 "lua/$$file" $(lua_root)/"$$file"; done; \
	for file in $(COMMANDS); do \
		{ printf '%s\n' $(command_head); sed 1d "lua/$$file"; } >"$(OUT)/$$file"; \
		place 755 "$(OUT)/$$file" $(bin_root)/"$$file"; \
	done; \
	place 755 $(MODULE) $(lib_root)/tencentcloud/response/core.so

uninstall: ## remove what install put there
	@for file in $(LUA_FILES); do rm -f $(lua_root)/"$$file"; done
	@for file in $(COMMANDS); do rm -f $(bin_root)/"$$file"; done
	@rm -f $(lib_root)/tencentcloud/response/core.so
	@for dir in $(sort $(dir $(LUA_FILES))); do echo "$$dir"; done | sort -r | \
		while read -r dir; do rmdir $(lua_root)/"$$dir" 2>/dev/null; done; \
	rmdir $(lib_root)/tencentcloud/response $(lib_root)/tencentcloud 2>/dev/null; :

clean: ## remove everything built
	rm -rf $(BUILD)

help: ## print this list
	@echo 'New here? `make demo` shows what it does, `make test` shows that it works, `make install` installs it.'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include spec/Makefile
