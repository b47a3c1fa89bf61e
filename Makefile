# SPDX-License-Identifier: MIT
#
# porthole. `make help` lists what can be asked for; plain `make` does the same.
# Everything made here lies under build/: objects in build/VARIANT/, the addon in
# build/Release/ (node-gyp's own folder), results directly in build/.
# binding.gyp asks this file for its sources and flags (`make print-NAME`).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
JOBS      := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
MAKEFLAGS += --no-builtin-rules $(JOBS)

# ---- what -------------------------------------------------------------------------
AGENT_SRC  := $(wildcard agent/*.c)
ADDON_SRC  := $(AGENT_SRC) $(wildcard addon/*.cc)
CLI_SRC    := $(wildcard cli/*.c)
# Pure agent modules that the command uses as well.
SHARED_SRC := $(patsubst %,agent/%.c,record_sum rank rings normal fit inertia shape steps \
              growth verdict trial sink text sen ruletext rulevalue rulewhen ruledo rulefile \
              rulehold figure ruleeval)
TEST_KIT   := $(patsubst %,test/unit/%.c,alloc dice guard scratch rulecases)
CLI_TEST   := $(TEST_KIT) $(wildcard test/unit/cli_*.c)
AGENT_TEST := $(filter-out test/unit/cli_%,$(wildcard test/unit/*.c))
VARIANTS   := release asan tsan
# TSan has nothing to find where there is one thread, and takes its time over it.
SKIPS_tsan := $(shell grep -LE 'pthread_|porthole_start|(client|host|shown|life|sd)\.h' \
              test/unit/*_test.c test/unit/cli_*.c)
ADDON      := build/Release/porthole.node
# Lets allocations of the addon fail; see test/node/reader.test.js.
SHIM       := build/failalloc.so
LEAKY      := build/leaky.node
AIDS       := $(SHIM) $(LEAKY) build/notifier
LOCAL_DEPS := node_modules/.package-lock.json

# ---- how --------------------------------------------------------------------------
CC         := gcc
AR         := ar
NODE       := node
PREFIX     := /usr/local
C_LANGUAGE := -std=c11 -D_GNU_SOURCE
# A worker can be told to end at any moment, from another thread; from then on every call that
# may touch JavaScript fails, and so does throwing about it. Without the last of these
# node-addon-api answers that with a fatal error for the whole process. Here and not in a
# source: its inline functions must be the same ones everywhere.
NAPI_FLAGS  := -DNAPI_VERSION=8 -DNAPI_DISABLE_CPP_EXCEPTIONS \
               -DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
WARNINGS   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
              -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS      = $(C_LANGUAGE) -O2 -g $(WARNINGS) -fPIC -fvisibility=hidden -Iinclude -I. \
              $(PKG_CFLAGS)
FLAGS_release := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
# At -O1, where gcc knows less of ranges, and warns of cuts that cannot be.
FLAGS_asan    := -O1 -Wno-format-truncation -fsanitize=address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -Wno-format-truncation -fsanitize=thread
comma := ,
# What guard.c and alloc.c step in front of; and fake_history.c.
WRAPS := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc strdup strndup \
         criterion_internal_test_setup criterion_internal_test_main)
AGENT_WRAPS := $(addprefix -Wl$(comma)--wrap=ph_,history_count history_at history_epoch \
               history_time history_born_s history_load judge_closed)

# Asked once and only when a recipe needs it: `make deps` may be what installs pkg-config.
once = $(eval $(1) := $(shell $(2)))$($(1))
PACKAGES   := libmicrohttpd jansson libcurl ncursesw
PKG_CFLAGS  = $(call once,PKG_CFLAGS,pkg-config --cflags-only-I $(PACKAGES))
AGENT_LIBS  = $(call once,AGENT_LIBS,pkg-config --libs libmicrohttpd)
CLI_LIBS    = $(call once,CLI_LIBS,echo -lresolv; pkg-config --libs $(PACKAGES))
LDLIBS     := -pthread -lm
# jansson statically, so that its allocations can be made to fail as well.
TEST_LIBS   = -Wl,-Bstatic -ljansson -Wl,-Bdynamic $(CRITERION_LIBS)
CRITERION_LIBS = $(call once,CRITERION_LIBS,pkg-config --libs criterion)
# Headers of the node that runs here; empty (no such folder): node-gyp fetches them.
NODEDIR     = $(call once,NODEDIR,$(NODE) -p "d = path.resolve(process.execPath, '../..'); \
              fs.existsSync(d + '/include/node/node.h') ? d : ''")
GYP         = $(NODE) node_modules/node-gyp/bin/node-gyp.js --silent

# One short line per step; V=1 shows the commands.
run = @$(if $(V),set -x,printf '%-6s %s\n' '$(1)' '$@'); $(2)
objects = $(patsubst %.c,build/$(1)/%.o,$(2))

# Goals that install what is missing make every rule wait for it.
INSTALLING := $(filter demo test test-% lint lint-% bench,$(MAKECMDGOALS))
NEEDS      := build $(if $(filter test%,$(INSTALLING)),test) \
              $(if $(filter lint%,$(INSTALLING)),lint) $(filter bench,$(INSTALLING))
READY      := $(if $(INSTALLING),deps)

# ---- results ----------------------------------------------------------------------
help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile test/*/*.mk | expand -t 16

all: agent addon cli build/plain ## agent, addon, command

agent: build/libporthole.a ## build/libporthole.a: the agent for any C program

addon: $(ADDON) ## build/Release/porthole.node: the agent inside Node

cli: build/porthole ## build/porthole: the command

demo: deps all ## a leaking application under load, its state, and the live screen
	test/apps/demo.sh

deps: ## install what building and testing need and this machine lacks
	@test/deps.sh $(NEEDS)
	@test $(LOCAL_DEPS) -nt package-lock.json || $(NPM_CI)

NPM_CI = npm ci --ignore-scripts --no-progress --loglevel=error && touch $(LOCAL_DEPS)

build/libporthole.a: $(call objects,release,$(AGENT_SRC))
	@rm -f $@
	$(call run,ar,$(AR) rcs $@ $^)

build/porthole: $(call objects,release,$(CLI_SRC) $(SHARED_SRC))
	$(call run,link,$(CC) $^ -o $@ $(CLI_LIBS) $(LDLIBS))

build/plain: build/release/test/apps/plain.o build/libporthole.a
	$(call run,link,$(CC) $^ -o $@ $(AGENT_LIBS) $(LDLIBS))

# Never `rebuild`: that would remove build/, which is not only its own.
# Without MAKEFLAGS, because node does not hand make's job server on to node-gyp's make.
$(ADDON): $(ADDON_SRC) $(wildcard agent/*.h addon/*.h include/*.h) binding.gyp Makefile \
          $(LOCAL_DEPS) | $(READY)
	$(call run,gyp,env -u MAKEFLAGS JOBS=max npm_config_nodedir='$(NODEDIR)' \
	    $(GYP) configure build $(NODEDIR:%=--nodedir=%))
	@touch $@

$(LOCAL_DEPS): package-lock.json | $(READY)
	$(NPM_CI)

define variant
build/$(1)/%.o: %.c Makefile | $(READY)
	@mkdir -p $$(@D)
	$$(call run,cc,$$(CC) $$(CFLAGS) $$(FLAGS_$(1)) -MMD -MP -c $$< -o $$@)

build/$(1)/unit-agent: $(call objects,$(1),$(filter-out $(SKIPS_$(1)),$(AGENT_TEST)) \
                       $(AGENT_SRC))
	$$(call run,link,$$(CC) $$(FLAGS_$(1)) $$(WRAPS) $$(AGENT_WRAPS) $$^ -o $$@ $$(TEST_LIBS) \
	    $$(AGENT_LIBS) $$(LDLIBS))

build/$(1)/unit-cli: $(call objects,$(1),$(filter-out $(SKIPS_$(1)),$(CLI_TEST)) \
                     $(filter-out cli/main.c,$(CLI_SRC)) $(SHARED_SRC))
	$$(call run,link,$$(CC) $$(FLAGS_$(1)) $$(WRAPS) $$^ -o $$@ $$(TEST_LIBS) \
	    $$(CLI_LIBS) $$(LDLIBS))
endef
$(foreach v,$(VARIANTS),$(eval $(call variant,$(v))))

# The flame page is taken in by the assembler, which tells make of nothing.
$(foreach v,$(VARIANTS),build/$(v)/cli/flame_page.o): $(wildcard cli/flame*.html \
    cli/flame*.css cli/flame*.js)

-include $(shell find build/release build/asan build/tsan -name '*.d' 2>/dev/null)

# ---- tests ------------------------------------------------------------------------
test_programs = $(foreach v,$(1),build/$(v)/unit-agent build/$(v)/unit-cli)

LATER := $(call test_programs,asan tsan) build/corpus/corpus
test: deps all $(AIDS) $(call test_programs,release) ## all suites; T=name: those named so
	@test/run.sh --meanwhile 'unset MAKEFLAGS; make -s $(LATER) && \
	    test/nodes.sh --build 22 24 26' unit cli fleet node nodes corpus asan tsan

test-unit: deps $(call test_programs,release) ## unit tests
test-asan: deps $(call test_programs,asan) ## unit tests under ASan and UBSan
test-tsan: deps $(call test_programs,tsan) ## unit tests under TSan
test-cli: deps cli ## golden files of the command
test-node: deps addon cli $(AIDS) ## addon tests on this node
test-unit test-asan test-tsan test-cli test-node:
	@test/run.sh $(@:test-%=%)

test-nodes: deps addon cli $(AIDS) ## addon tests on Node 22, 24 and 26, taken from npm
	@test/nodes.sh 22 24 26

bench: deps all ## the figures of the README, each beside its peer
	test/bench/run

include test/lint/lint.mk
include test/corpus/corpus.mk
include test/node/node.mk

# ---- the rest ---------------------------------------------------------------------
install: agent cli ## into DESTDIR and PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include
	install -m 755 build/porthole $(DESTDIR)$(PREFIX)/bin
	install -m 644 build/libporthole.a $(DESTDIR)$(PREFIX)/lib
	install -m 644 $(filter-out %_wire.h,$(wildcard include/*.h)) $(DESTDIR)$(PREFIX)/include

uninstall: ## what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/porthole $(DESTDIR)$(PREFIX)/lib/libporthole.a \
	      $(addprefix $(DESTDIR)$(PREFIX)/,$(filter-out %_wire.h,$(wildcard include/*.h)))

clean: ## remove build/
	rm -rf build

print-%:
	@:$(info $($*))

.PHONY: help all agent addon cli demo deps test test-unit test-asan test-tsan test-cli \
        test-node test-nodes bench install uninstall clean
