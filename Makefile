# Builds under build/ (SAN=1: with sanitizers, under build/san/). The targets for people: all, demo, demo-stop, check,
# lint, bench, fuzz, soak, install, clean. "demo" and "check" install Debian packages that are missing.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

# The library's modules, in their order: each includes headers of itself and of those before it only. render_csv.c and the
# like belong to the module that their name starts with.
MODULES := error text calendar parse json scan decimal dsn log file config cli deadline output arguments period report \
	sql render db http feed usage credits tail recalc health uptime progress tool
TOOLS := lm-health lm-usage lm-credits lm-recalc
LIBRARIES := libpq smartcols yaml-0.1 libcurl libcjson

build ?= build
harden := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
ifdef SAN
build := build/san
harden := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
warn := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wwrite-strings -Wconversion
ifdef WERROR
warn += -Werror
endif

compile = $(CC) -std=c17 -D_GNU_SOURCE -DLM_VERSION='"$(VERSION)"' -iquote lib -iquote $(build) $(warn) $(harden) -fPIE \
	$(shell $(PKG_CONFIG) --cflags $(LIBRARIES)) $(CFLAGS) -MMD -MP
link = $(CC) $(CFLAGS) $(harden) -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)
libraries = $(shell $(PKG_CONFIG) --libs $(LIBRARIES))

sources := $(wildcard lib/*.c)
objects := $(sources:lib/%.c=$(build)/lib/%.o) $(build)/lib/sql.o
sql := $(wildcard sql/*.sql)
tools := $(TOOLS:%=$(build)/bin/%)
units := $(patsubst tests/unit/%.c,$(build)/tests/%,$(wildcard tests/unit/*.c)) \
	$(patsubst tests/db/%.c,$(build)/tests/%,$(wildcard tests/db/*.c))

.PHONY: all tests demo demo-stop check lint bench fuzz soak install clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(tools)

$(build)/bin/%: $(build)/cmd/%.o $(build)/libmonitor.a
	@mkdir -p $(@D)
	@echo "LD $@"
	@$(link) -o $@ $^ $(libraries)

$(build)/libmonitor.a: $(objects)
	@rm -f $@ && $(AR) rcs $@ $^

$(objects): | $(build)/sql.h

$(build)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "CC $@"
	@$(compile) -c -o $@ $<

$(build)/lib/sql.o: $(build)/sql.c
	@mkdir -p $(@D)
	@echo "CC $@"
	@$(compile) -c -o $@ $<

# Each sql/NAME.sql becomes the string sql_NAME, without its comments.
$(build)/sql.c: $(sql) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "sql.h"'; for file in $(sql); do name=$${file##*/}; \
	echo "const char sql_$${name%.sql}[] ="; sed '/^ *--/d; s/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $$file; echo ';'; \
	done; } > $@

$(build)/sql.h: $(sql) Makefile
	@mkdir -p $(@D)
	@for file in $(sql); do name=$${file##*/}; echo "extern const char sql_$${name%.sql}[];"; done > $@

$(build)/tests/%: tests/unit/%.c $(build)/libmonitor.a
	@mkdir -p $(@D)
	@echo "CC $@"
	@$(compile) -o $@ $< $(build)/libmonitor.a -pie $(libraries) $(shell $(PKG_CONFIG) --cflags --libs check)

$(build)/tests/%: tests/db/%.c $(build)/libmonitor.a
	@mkdir -p $(@D)
	@echo "CC $@"
	@$(compile) -iquote tests/unit -o $@ $< $(build)/libmonitor.a -pie $(libraries) \
	$(shell $(PKG_CONFIG) --cflags --libs check)

tests: all $(units)

demo:
	tests/install-packages demo
	$(MAKE) all
	tests/demo start

demo-stop:
	tests/demo stop

check:
	tests/install-packages demo check
	$(MAKE) tests
	tests/check $(build)

lint:
	tests/install-packages demo check lint
	tests/lint "$(MODULES)"

bench:
	tests/install-packages demo check bench
	$(MAKE) all build/bench/compare
	tests/bench/run $(JOBS)
	tests/bench/recalc
	tests/bench/health
	tests/bench/uptime

$(build)/bench/compare: tests/bench/compare.c
	@mkdir -p $(@D)
	@$(compile) -o $@ $< -pie

# One fuzzer for each parser, built by clang from the library's sources.
FUZZ_SECONDS ?= 60
FUZZ_FLAGS ?= -max_total_time=$(FUZZ_SECONDS)
fuzzers := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))

build/fuzz/%: tests/fuzz/%.c $(sources) | build/sql.h
	@mkdir -p $(@D)
	@$(compile) -o $@ $< $(sources) build/sql.c -pie $(libraries)

fuzz:
	tests/install-packages demo lint
	$(MAKE) build/sql.c $(fuzzers) CC=clang harden=-fsanitize=fuzzer,address,undefined
	set -e; for fuzzer in $(fuzzers); do echo $$fuzzer; \
	$$fuzzer $(FUZZ_FLAGS) -verbosity=0 -artifact_prefix=build/fuzz/; done

soak:
	$(MAKE) fuzz FUZZ_SECONDS=600
	$(MAKE) bench JOBS=1000000

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5
	install $(tools) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(TOOLS:%=man/%.1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/monitor.yaml.5 $(DESTDIR)$(PREFIX)/share/man/man5

clean:
	rm -rf build

-include $(wildcard $(build)/*/*.d)
