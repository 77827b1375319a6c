// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for what is not a rule: the boot parameter, the second look, the
 * report as it is on the console. Also helpers of the other suites.
 */
#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/prandom.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/printk.h>

#include <asm/tlbflush.h>

#include "layout_kunit.h"

/* === Helpers === */

DECLARE_BITMAP(mm_layout_seen_held, MM_LAYOUT_NR);
DECLARE_BITMAP(mm_layout_seen_violated, MM_LAYOUT_NR);

struct mm_layout_result *mm_layout_test_result(struct kunit *test)
{
	struct mm_layout_result *res;

	res = kunit_kzalloc(test, sizeof(*res), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, res);
	return res;
}

/* The invariant was checked, and nothing at all was found. */
void mm_layout_expect_held(struct kunit *test, struct mm_layout_result *res,
			   enum mm_layout_id id)
{
	const char *name = mm_layout_invariants[id].name;

	KUNIT_EXPECT_NE_MSG(test, res->facts[id], 0UL, "%s: not checked", name);
	KUNIT_EXPECT_EQ_MSG(test, res->nr, 0U, "%s: %s", name,
			    res->violation[0].what);
	if (res->facts[id] && !res->nr)
		__set_bit(id, mm_layout_seen_held);
	memset(res, 0, sizeof(*res));
}

/* The invariant alone is violated, and the report says so and has @text. */
void mm_layout_expect_violated(struct kunit *test, struct mm_layout_result *res,
			       enum mm_layout_id id, const char *text)
{
	const char *name = mm_layout_invariants[id].name;
	char header[MM_LAYOUT_WHAT_LEN + 64];
	char start[64];
	unsigned int i;

	KUNIT_EXPECT_NE_MSG(test, res->violations[id], 0UL, "%s: not violated",
			    name);
	for (i = 0; i < res->nr; i++)
		KUNIT_EXPECT_EQ_MSG(test, res->violation[i].id, id, "%s: %s",
				    name, res->violation[i].what);
	if (res->nr) {
		mm_layout_format_header(header, sizeof(header),
					&res->violation[0]);
		scnprintf(start, sizeof(start), "BUG: mm_layout: %s: ", name);
		KUNIT_EXPECT_TRUE_MSG(test, str_has_prefix(header, start),
				      "%s", header);
		KUNIT_EXPECT_TRUE_MSG(test, strstr(header, text), "no '%s' in %s",
				      text, header);
		/* A report that is cut off tells half the story. */
		KUNIT_EXPECT_LT(test, strlen(res->violation[0].what),
				(size_t)MM_LAYOUT_WHAT_LEN - 1);
		if (str_has_prefix(header, start) && strstr(header, text))
			__set_bit(id, mm_layout_seen_violated);
	}
	memset(res, 0, sizeof(*res));
}

/* For suites of rules: each case has a result of its own, in test->priv. */
int mm_layout_rules_init(struct kunit *test)
{
	test->priv = mm_layout_test_result(test);
	return 0;
}

/* One thing is wrong, so there is one report, and it says where that is. */
void mm_layout_expect_one(struct kunit *test, enum mm_layout_id id,
			  unsigned long start, unsigned long end,
			  const char *text)
{
	struct mm_layout_result *res = test->priv;

	KUNIT_EXPECT_EQ_MSG(test, res->nr, 1U, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, res->violations[id], 1UL, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, res->violation[0].unit, MM_LAYOUT_ADDR, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, res->violation[0].start, start, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, res->violation[0].end, end, "%s", text);
	mm_layout_expect_violated(test, res, id, text);
}

/* The console as a person reads it: the lines since the last reset. */
static struct {
	/* Protects the text: the probe runs in any context. */
	spinlock_t lock;
	size_t len;
	char text[4096];
} console = {
	.lock = __SPIN_LOCK_UNLOCKED(console.lock),
};

static void probe_console(void *ignore, const char *buf, size_t len)
{
	unsigned long flags;

	while (!spin_trylock_irqsave(&console.lock, flags)) {
		/* It may have come while this CPU holds the lock. */
		if (in_nmi())
			return;
		cpu_relax();
	}
	len = min(len, sizeof(console.text) - 1 - console.len);
	memcpy(console.text + console.len, buf, len);
	console.len += len;
	console.text[console.len] = '\0';
	spin_unlock_irqrestore(&console.lock, flags);
}

int mm_layout_console_init(struct kunit_suite *suite)
{
	/* What these suites break stays broken. */
	mm_layout_waits = 1;
	return register_trace_console(probe_console, NULL);
}

void mm_layout_console_exit(struct kunit_suite *suite)
{
	unregister_trace_console(probe_console, NULL);
	tracepoint_synchronize_unregister();
	mm_layout_waits = MM_LAYOUT_WAITS;
}

/* A scan that should find nothing, as patient as any. */
unsigned long mm_layout_patient_scan(unsigned int check)
{
	unsigned long violations;

	mm_layout_waits = MM_LAYOUT_WAITS;
	violations = mm_layout_scan("", check);
	mm_layout_waits = 1;
	return violations;
}

void mm_layout_console_reset(void)
{
	unsigned long flags;

	spin_lock_irqsave(&console.lock, flags);
	console.len = 0;
	console.text[0] = '\0';
	spin_unlock_irqrestore(&console.lock, flags);
	ratelimit_state_reset_interval(&mm_layout_ratelimit, 5 * HZ);
}

bool mm_layout_console_saw(const char *text)
{
	unsigned long flags;
	bool saw;

	spin_lock_irqsave(&console.lock, flags);
	saw = strstr(console.text, text);
	spin_unlock_irqrestore(&console.lock, flags);
	return saw;
}

/* A scan of @check reports what is broken, in these words. */
void mm_layout_expect_report(struct kunit *test, unsigned int check,
			     const char *fmt, ...)
{
	char text[MM_LAYOUT_WHAT_LEN + 64] = "BUG: mm_layout: ";
	size_t len = strlen(text);
	va_list args;

	va_start(args, fmt);
	vscnprintf(text + len, sizeof(text) - len, fmt, args);
	va_end(args);
	mm_layout_console_reset();
	KUNIT_EXPECT_NE(test, mm_layout_scan("", check), 0UL);
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s",
			      text);
}

static void free_test_page(void *page)
{
	__free_page(page);
}

/* A page of lowmem that goes when the case ends. */
struct page *mm_layout_test_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_test_page,
							   page));
	return page;
}

static int swap_entry(pte_t *ptep, unsigned long addr, void *arg)
{
	pte_t *new = arg, old = ptep_get(ptep);

	if (pte_none(*new))
		pte_clear(&init_mm, addr, ptep);
	else
		set_pte_at(&init_mm, addr, ptep, *new);
	*new = old;
	return 0;
}

/*
 * Puts @new where the page-table entry of @addr is, and returns what was there. Where
 * there is a page table, apply_to_page_range() will not do on 32 bit: it takes one that
 * PTI shares with user mode for bad, and knows no end of the last page of all. On 64 bit,
 * there may not even be a table of PMDs.
 */
pte_t mm_layout_swap_entry(struct kunit *test, unsigned long addr, pte_t new)
{
	pmd_t *pmd = IS_ENABLED(CONFIG_64BIT) ? NULL : pmd_off_k(addr);

	if (!pmd || pmd_none(*pmd)) {
		KUNIT_ASSERT_EQ(test, apply_to_page_range(&init_mm, addr, PAGE_SIZE,
							  swap_entry, &new), 0);
	} else {
		KUNIT_ASSERT_FALSE(test, pmd_leaf(*pmd));
		swap_entry(pte_offset_kernel(pmd, addr), addr, &new);
	}
	if (addr + PAGE_SIZE)
		flush_tlb_kernel_range(addr, addr + PAGE_SIZE);
	else
		flush_tlb_all();
	return new;
}

/* Each case of a suite that uses these has the hooks on, and leaves them as they were. */
static bool hooks_were_on;

int mm_layout_hooks_init(struct kunit *test)
{
	hooks_were_on = mm_layout_hooks_on();
	mm_layout_hooks_set(true);
	mm_layout_console_reset();
	return 0;
}

void mm_layout_hooks_exit(struct kunit *test)
{
	mm_layout_hooks_set(hooks_were_on);
}

/* A scan of @check finds nothing, and so did the hooks until then. */
void mm_layout_expect_clean(struct kunit *test, unsigned int check)
{
	mm_layout_hooks_flush();
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("mm_layout: hook scan FAILED"));
	mm_layout_console_reset();
	KUNIT_EXPECT_EQ(test, mm_layout_patient_scan(check), 0UL);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout: scan passed: "));
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw(" 0 facts"));
}

/*
 * The hooks have told of @text by themselves. It is seen by each scan until they
 * are switched on anew.
 */
void mm_layout_expect_told(struct kunit *test, const char *text)
{
	mm_layout_hooks_flush();
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s",
			      text);
	/* UML has no way to unwind the stack of a kernel thread. */
	KUNIT_EXPECT_EQ(test, mm_layout_console_saw("mm_layout:   found at:"),
			!IS_ENABLED(CONFIG_UML));
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw("mm_layout: hook scan FAILED"));
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_HOOKS), 1UL);
	mm_layout_hooks_set(true);
	KUNIT_EXPECT_EQ(test, mm_layout_scan("", MM_LAYOUT_CHECK_HOOKS), 0UL);
	mm_layout_console_reset();
}

/* === Boot parameter === */

static int parse(const char *arg, struct mm_layout_params *p)
{
	char buf[64];

	strscpy(buf, arg, sizeof(buf));
	return mm_layout_parse(buf, p);
}

static void params_good(struct kunit *test)
{
	struct mm_layout_params p = { .boot = true };

	KUNIT_EXPECT_EQ(test, parse("off", &p), 0);
	KUNIT_EXPECT_FALSE(test, p.boot);
	KUNIT_EXPECT_EQ(test, parse("boot,panic", &p), 0);
	KUNIT_EXPECT_TRUE(test, p.boot && p.panic);
	KUNIT_EXPECT_FALSE(test, p.hooks);
	KUNIT_EXPECT_FALSE(test, p.explain);
	KUNIT_EXPECT_EQ(test, parse("explain", &p), 0);
	KUNIT_EXPECT_TRUE(test, p.explain);
	KUNIT_EXPECT_EQ(test, parse("hooks,scan=10", &p), 0);
	KUNIT_EXPECT_TRUE(test, p.hooks);
	KUNIT_EXPECT_EQ(test, p.period, 10U);
	/* The list is read from left to right, and "off" clears it. */
	KUNIT_EXPECT_EQ(test, parse("scan=3,off,panic", &p), 0);
	KUNIT_EXPECT_FALSE(test, p.boot || p.hooks || p.explain);
	KUNIT_EXPECT_EQ(test, p.period, 0U);
	KUNIT_EXPECT_TRUE(test, p.panic);
}

static void params_bad(struct kunit *test)
{
	static const char * const bad[] = {
		"", ",", "boot,", "nonsense", "off,nonsense", "scan", "scan=",
		"scan=0", "scan=-1", "scan=86401", "scan=4294967297", "scan=1s",
		"Boot", " boot", "hook", "hooks=1",
	};
	struct mm_layout_params p = { .boot = true, .period = 7 };
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ_MSG(test, parse(bad[i], &p), -EINVAL, "'%s'",
				    bad[i]);
		KUNIT_EXPECT_TRUE_MSG(test, p.boot && p.period == 7 && !p.panic,
				      "'%s' changed something", bad[i]);
	}
	KUNIT_EXPECT_EQ(test, mm_layout_parse(NULL, &p), -EINVAL);
}

/*
 * Words and letters of what is right, in any order: what is refused changes nothing, and
 * what is taken is taken again, whatever was set before.
 */
static void params_random(struct kunit *test)
{
	static const char * const words[] = {
		"off", "boot", "hooks", "panic", "explain", "scan=", "scan=1", ",", ",", ",",
		"0", "9", "86400", "=", " ", "x", "\xff",
	};
	const struct mm_layout_params before = { .panic = true, .period = 7 };
	struct mm_layout_params p, again;
	struct rnd_state rnd;
	unsigned int i, n, taken = 0;
	char text[64];

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < 100000; i++) {
		text[0] = '\0';
		for (n = prandom_u32_state(&rnd) % 7 + 1; n; n--)
			strlcat(text, words[prandom_u32_state(&rnd) % ARRAY_SIZE(words)],
				sizeof(text));
		p = before;
		if (parse(text, &p)) {
			KUNIT_ASSERT_MEMEQ_MSG(test, &p, &before, sizeof(p), "'%s'", text);
			continue;
		}
		taken++;
		again = p;
		KUNIT_ASSERT_EQ_MSG(test, parse(text, &again), 0, "'%s'", text);
		KUNIT_ASSERT_MEMEQ_MSG(test, &p, &again, sizeof(p), "'%s'", text);
		KUNIT_ASSERT_LE_MSG(test, p.period, (unsigned int)MM_LAYOUT_MAX_PERIOD,
				    "'%s'", text);
	}
	/* Or nothing was tested but refusals. */
	KUNIT_EXPECT_GT(test, taken, 1000U);
}

static void check_names(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mm_layout_check_find("1"), MM_LAYOUT_CHECK_ALL);
	KUNIT_EXPECT_EQ(test, mm_layout_check_find("regions"),
			MM_LAYOUT_CHECK_REGIONS);
	KUNIT_EXPECT_EQ(test, mm_layout_check_find(""), -EINVAL);
	KUNIT_EXPECT_EQ(test, mm_layout_check_find("region"), -EINVAL);
}

/* === Results === */

static void violate(struct mm_layout_result *res, enum mm_layout_id id,
		    unsigned long start, unsigned long end)
{
	mm_layout_violated(res, id, MM_LAYOUT_PFN, start, end, "test");
}

/* Only what both looks saw is left, even if its edges have moved. */
static void second_look(struct kunit *test)
{
	struct mm_layout_result *first = mm_layout_test_result(test);
	struct mm_layout_result *second = mm_layout_test_result(test);

	violate(first, MM_LAYOUT_REGION_ORDER, 10, 20);
	violate(first, MM_LAYOUT_REGION_ORDER, 30, 31);
	violate(first, MM_LAYOUT_REGION_GAP, 30, 31);
	violate(first, MM_LAYOUT_REGION_ALIGN, -2UL, 0);
	violate(second, MM_LAYOUT_REGION_ORDER, 19, 25);
	violate(second, MM_LAYOUT_REGION_ORDER, 31, 32);
	violate(second, MM_LAYOUT_REGION_ALIGN, -1UL, 0);
	mm_layout_confirm(first, second);

	KUNIT_EXPECT_EQ(test, first->nr, 2U);
	KUNIT_EXPECT_EQ(test, first->violation[0].start, 10UL);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_REGION_ORDER], 1UL);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_REGION_GAP], 0UL);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_REGION_ALIGN], 1UL);
}

/* An end before the start is what may be wrong: it must not get lost. */
static void inverted_range(struct kunit *test)
{
	struct mm_layout_result *first = mm_layout_test_result(test);
	struct mm_layout_result *second = mm_layout_test_result(test);

	violate(first, MM_LAYOUT_VMALLOC_SIZE, 20, 10);
	violate(second, MM_LAYOUT_VMALLOC_SIZE, 20, 10);
	mm_layout_confirm(first, second);
	KUNIT_EXPECT_EQ(test, first->nr, 1U);
	KUNIT_EXPECT_EQ(test, first->violation[0].start, 20UL);
	KUNIT_EXPECT_EQ(test, first->violation[0].end, 21UL);
}

/* A flood of one invariant is counted, and leaves room for others. */
static void flood(struct kunit *test)
{
	struct mm_layout_result *first = mm_layout_test_result(test);
	struct mm_layout_result *second = mm_layout_test_result(test);
	unsigned long i;

	for (i = 0; i < 1000; i++) {
		violate(first, MM_LAYOUT_REGION_ORDER, i, i + 1);
		violate(second, MM_LAYOUT_REGION_ORDER, i, i + 1);
	}
	violate(first, MM_LAYOUT_LOWMEM_END, 0, 1);
	violate(second, MM_LAYOUT_LOWMEM_END, 0, 1);
	KUNIT_EXPECT_EQ(test, first->nr, MM_LAYOUT_MAX_PER_INVARIANT + 1U);
	mm_layout_confirm(first, second);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_REGION_ORDER], 1000UL);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_LOWMEM_END], 1UL);
}

/* Many things that look wrong for a moment, but never the same ones. */
static void flood_of_others(struct kunit *test)
{
	struct mm_layout_result *first = mm_layout_test_result(test);
	struct mm_layout_result *second = mm_layout_test_result(test);
	unsigned long i;

	for (i = 0; i < 100; i++) {
		violate(first, MM_LAYOUT_REGION_ORDER, i, i + 1);
		violate(second, MM_LAYOUT_REGION_ORDER, 1000 + i, 1001 + i);
	}
	mm_layout_confirm(first, second);
	KUNIT_EXPECT_EQ(test, first->nr, 0U);
	KUNIT_EXPECT_EQ(test, first->violations[MM_LAYOUT_REGION_ORDER], 0UL);
}

static void summary(struct kunit *test)
{
	struct mm_layout_summary s = {
		.occasion = "boot", .invariants = 3, .facts = 40, .usecs = 5,
	};
	char line[MM_LAYOUT_SUMMARY_LEN];

	mm_layout_format_summary(line, sizeof(line), &s);
	KUNIT_EXPECT_STREQ(test, line,
			   "boot scan passed: 3 invariants, 40 facts, 0 violations, 5 us");
	s.occasion = "";
	s.violations = 9;
	s.hidden = 5;
	mm_layout_format_summary(line, sizeof(line), &s);
	KUNIT_EXPECT_STREQ(test, line,
			   "scan FAILED: 3 invariants, 40 facts, 9 violations, 5 us, 5 not shown");
}

static void report_console(struct kunit *test)
{
	struct mm_layout_violation v = {
		.id = MM_LAYOUT_REGION_ORDER,
		.unit = MM_LAYOUT_ADDR,
		.start = PAGE_OFFSET,
		.end = PAGE_OFFSET + PAGE_SIZE,
		.what = "this is a test",
	};

	mm_layout_console_reset();
	mm_layout_print(&v);
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("BUG: mm_layout: region-order: this is a test"));
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("mm_layout:   invariant: regions are not empty"));
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("mm_layout:   region linear: "));
}

/* A sentence and a name of their own for each. */
static void invariants_table(struct kunit *test)
{
	int i, j;

	for (i = 0; i < MM_LAYOUT_NR; i++) {
		const struct mm_layout_invariant *inv = &mm_layout_invariants[i];

		KUNIT_ASSERT_NOT_NULL(test, inv->name);
		KUNIT_EXPECT_GT(test, strlen(inv->sentence), (size_t)10);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, inv->name,
					    mm_layout_invariants[j].name);
	}
}

static struct kunit_case core_cases[] = {
	KUNIT_CASE(params_good),
	KUNIT_CASE(params_bad),
	KUNIT_CASE(params_random),
	KUNIT_CASE(check_names),
	KUNIT_CASE(second_look),
	KUNIT_CASE(inverted_range),
	KUNIT_CASE(flood),
	KUNIT_CASE(flood_of_others),
	KUNIT_CASE(summary),
	KUNIT_CASE(report_console),
	KUNIT_CASE(invariants_table),
	{}
};

static struct kunit_suite core_suite = {
	.name = "mm_layout_core",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.test_cases = core_cases,
};

kunit_test_suite(core_suite);
