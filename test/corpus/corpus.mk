# SPDX-License-Identifier: MIT
#
# The labelled corpus, and the detector's figures on it. At -O2 and without the hardening of
# the released objects: it runs for minutes.

CORPUS     := build/corpus/corpus
CORPUS_SRC := $(wildcard test/corpus/*.c) $(SHARED_SRC)

corpus: $(CORPUS) ## the detector's figures on the labelled corpus, beside others'
	@$(CORPUS) --set score --seeds 14 --healthy 7000

# How soon, and how often wrong, by how sure a verdict has to be.
corpus-curve: | $(CORPUS) ## the same by how many standard errors confirm
	@for errors in 3 4 5 6; do \
	    $(CC) $(C_LANGUAGE) -O2 -Iinclude -I. -DPH_VERDICT_ERRORS=$$errors $(CORPUS_SRC) -o \
	        build/corpus/curve -lm && \
	    build/corpus/curve --set hard --seeds 4 --healthy 400 2>/dev/null | \
	        sed -n "/^| figure/,\$$s/^/| $$errors /p"; \
	done

test-corpus: $(CORPUS) ## a small part of it, against floors
	@test/run.sh corpus

build/corpus/%.o: %.c Makefile test/corpus/corpus.mk
	@mkdir -p $(@D)
	$(call run,cc,$(CC) $(C_LANGUAGE) -O2 -g $(WARNINGS) -Iinclude -I. -MMD -MP -c $< -o $@)

$(CORPUS): $(patsubst %.c,build/corpus/%.o,$(CORPUS_SRC))
	$(call run,link,$(CC) $^ -o $@ -lm)

-include $(shell find build/corpus -name '*.d' 2>/dev/null)

.PHONY: corpus corpus-curve test-corpus
