# SPDX-License-Identifier: MIT
#
# The lint targets; included by the Makefile, whose variables it uses. Each part is a
# target of its own and says nothing when it is content.

C_DIRS   := agent cli test/unit test/apps test/bench test/node test/corpus
C_FILES  := $(wildcard include/*.h $(foreach d,$(C_DIRS),$(d)/*.c $(d)/*.h))
CC_FILES := $(wildcard addon/*.cc addon/*.h)
SCRIPTS  := .ci/run $(shell find addon cli test -name '*.js' -o -name '*.mjs' -o -name '*.sh') \
            $(wildcard test/cli/run test/bench/run)
SH_FILES := $(shell grep -lE '^#!.*sh$$' $(SCRIPTS))
JS_FILES := $(filter-out $(SH_FILES) %.sh,$(SCRIPTS))
ALL_TEXT := $(C_FILES) $(CC_FILES) $(SCRIPTS) $(wildcard addon/*.ts) \
            $(wildcard test/lint/*.py) Makefile test/lint/lint.mk \
            test/corpus/corpus.mk test/node/node.mk binding.gyp
# What clang and clang-tidy have seen and liked; the .d files beside know the headers.
SEEN     := $(patsubst %,build/lint/%.ok,$(filter %.c %.cc,$(C_FILES) $(CC_FILES)))
NODE_INC  = $(NODEDIR)/include/node
CXXFLAGS  = $(shell grep -o -m 1 -e '-std=gnu++[0-9]*' $(NODE_INC)/common.gypi) -Wall -Wextra \
            -Wshadow -Wno-unused-parameter -Werror -Iinclude -isystem $(NODE_INC) \
            -isystem node_modules/node-addon-api $(NAPI_FLAGS)

LINTS := $(addprefix lint-,format layers text limits headers shell tidy cppcheck selftest)

lint: $(LINTS) ## all that follows
	@echo 'lint: clean'

lint-format: deps ## line breaks and indentation by .clang-format
	@test/lint/format.py $(C_FILES) $(CC_FILES)

lint-layers: deps ## includes by test/layers.txt, third-party headers by test/fences.txt
	@$(NODE) test/lint/layers.mjs

lint-text: deps ## licence line, columns, spaces, banned calls, JavaScript syntax
	@$(NODE) test/lint/text.mjs $(ALL_TEXT)
	@for file in $(JS_FILES); do $(NODE) --check $$file || exit 1; done

lint-limits: deps ## lines and parameters of functions, lines of files
	@$(NODE) test/lint/limits.mjs $(ALL_TEXT)

lint-headers: deps ## every header compiles alone
	@test/lint/headers.sh $(CFLAGS)

lint-shell: deps ## shellcheck
	@shellcheck $(SH_FILES)

lint-tidy: $(SEEN) ## clang's warnings and clang-tidy, only for what has changed

# cppcheck takes Criterion's macros for functions until they have arguments like `.init`.
CRITERION := '-DTest(suite,name,...)=void suite\#\#_\#\#name(void)' \
             '-DTestSuite(suite,...)=extern int suite\#\#_suite'

lint-cppcheck: deps ## cppcheck
	@mkdir -p build/lint/cppcheck
	@cppcheck --quiet --enable=warning,performance,portability,style --error-exitcode=1 \
	    --inline-suppr --suppressions-list=test/lint/cppcheck.txt --std=c11 -D_GNU_SOURCE \
	    --cppcheck-build-dir=build/lint/cppcheck $(CRITERION) -Iinclude -I. \
	    $(filter %.c,$(C_FILES))

lint-selftest: deps ## the above, and the test harness, reject what they should
	@test/lint/selftest.sh
	@test/unit/selftest.sh

build/lint/%.c.ok: %.c .clang-tidy | deps
	@mkdir -p $(@D)
	$(call run,tidy,clang-14 $(CFLAGS) -fsyntax-only -MD -MP -MF $(@:.ok=.d) -MT $@ $<)
	@clang-tidy-14 --quiet $< -- $(CFLAGS) 2>/dev/null
	@touch $@

build/lint/%.cc.ok: %.cc .clang-tidy | deps
	@mkdir -p $(@D)
	$(call run,tidy,clang++-14 $(CXXFLAGS) -fsyntax-only -MD -MP -MF $(@:.ok=.d) -MT $@ $<)
	@clang-tidy-14 --quiet $< -- $(CXXFLAGS) 2>/dev/null
	@touch $@

-include $(SEEN:.ok=.d)

format: ## mend what lint-format complains about
	@test/lint/format.py --fix $(C_FILES) $(CC_FILES)

.PHONY: lint $(LINTS) format
