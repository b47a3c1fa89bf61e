# SPDX-License-Identifier: MIT
#
# What the node tests need beside the addon and the command; included by the Makefile, whose
# variables it uses.

build/notifier: $(call objects,release,test/apps/notifier.c \
                $(filter-out cli/main.c,$(CLI_SRC)) $(SHARED_SRC))
	$(call run,link,$(CC) $^ -o $@ $(CLI_LIBS) $(LDLIBS))

$(SHIM): test/node/failalloc.c
$(LEAKY): test/apps/leaky.c
$(SHIM) $(LEAKY): | $(READY)
	@mkdir -p $(@D)
	$(call run,link,$(CC) $(CFLAGS) -Inode_modules/node-api-headers/include -shared $< -o $@)
