# SPDX-License-Identifier: MIT
#
# The labelled corpus, and the detector's figures on it. At -O2 and without the hardening of
# the released objects: it runs for minutes.

CORPUS     := build/corpus/corpus
CORPUS_SRC := $(wildcard test/corpus/*.c) $(SHARED_SRC)

corpus: $(CORPUS) ## the detector's figures on the labelled corpus, beside others'
	@$(CORPUS) --set score --seeds 14 --healthy 7000

test-corpus: $(CORPUS) ## a small part of it, against floors
	@test/run.sh corpus

build/corpus/%.o: %.c Makefile test/corpus/corpus.mk
	@mkdir -p $(@D)
	$(call run,cc,$(CC) $(C_LANGUAGE) -O2 -g $(WARNINGS) -Iinclude -I. -MMD -MP -c $< -o $@)

$(CORPUS): $(patsubst %.c,build/corpus/%.o,$(CORPUS_SRC))
	$(call run,link,$(CC) $^ -o $@ -lm)

-include $(shell find build/corpus -name '*.d' 2>/dev/null)

.PHONY: corpus test-corpus
