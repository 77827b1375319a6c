// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of page directories. Each case starts from what a healthy
 * kernel has, and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "layout_kunit.h"

#define START		0xf7800000UL
/* A page table, without PAE, and one above 4 GB. */
#define TABLE		0x0168a027ULL
#define HIGH_TABLE	0x10168a027ULL

static struct mm_layout_pgdir good_pgdir(void)
{
	return (struct mm_layout_pgdir) {
		.whose = "init",
		.pid = 1,
		.start = START,
		.end = START + SZ_4M,
		.value = TABLE,
		.reference = TABLE,
	};
}

static void pgdir_holds(struct kunit *test, const struct mm_layout_pgdir *p,
			enum mm_layout_id id)
{
	mm_layout_rules_pgdir(p, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void pgdir_violates(struct kunit *test, const struct mm_layout_pgdir *p,
			   enum mm_layout_id id, const char *text)
{
	mm_layout_rules_pgdir(p, test->priv);
	mm_layout_expect_one(test, id, START, START + SZ_4M, text);
}

static void same_held(struct kunit *test)
{
	struct mm_layout_pgdir p = good_pgdir();

	pgdir_holds(test, &p, MM_LAYOUT_PGDIR_SAME);
	p.value = 0;
	p.reference = 0;
	pgdir_holds(test, &p, MM_LAYOUT_PGDIR_SAME);
	/* initial_page_table has what was a large page once. */
	p = good_pgdir();
	p.value = 0x010001e3;
	p.stale = true;
	pgdir_holds(test, &p, MM_LAYOUT_PGDIR_SAME);
}

static void same_violated(struct kunit *test)
{
	struct mm_layout_pgdir p = good_pgdir();

	p.value = 0;
	pgdir_violates(test, &p, MM_LAYOUT_PGDIR_SAME,
		       "init (1) has 0x0 for 0xf7800000, init_mm has 0x168a027");
	p = good_pgdir();
	p.value = HIGH_TABLE;
	pgdir_violates(test, &p, MM_LAYOUT_PGDIR_SAME,
		       "init (1) has 0x10168a027 for 0xf7800000, init_mm has 0x168a027");
	p = good_pgdir();
	p.reference = 0;
	pgdir_violates(test, &p, MM_LAYOUT_PGDIR_SAME,
		       "init (1) has 0x168a027 for 0xf7800000, init_mm has 0x0");
}

static void lazy_held(struct kunit *test)
{
	struct mm_layout_pgdir p = good_pgdir();

	p.lazy = true;
	pgdir_holds(test, &p, MM_LAYOUT_PGDIR_LAZY);
	/* The fault that brings it has not come yet. */
	p.value = 0;
	pgdir_holds(test, &p, MM_LAYOUT_PGDIR_LAZY);
}

static void lazy_violated(struct kunit *test)
{
	struct mm_layout_pgdir p = good_pgdir();

	p.lazy = true;
	p.value = HIGH_TABLE;
	pgdir_violates(test, &p, MM_LAYOUT_PGDIR_LAZY,
		       "init (1) has 0x10168a027 for 0xf7800000, init_mm has 0x168a027 or nothing");
	/* What init_mm has given up has to be gone. */
	p.value = TABLE;
	p.reference = 0;
	pgdir_violates(test, &p, MM_LAYOUT_PGDIR_LAZY, "init_mm has 0x0 or nothing");
}

/* === Page tables === */

static struct mm_layout_table good_table(void)
{
	return (struct mm_layout_table) {
		.whose = "init",
		.pid = 1,
		.start = START,
		.end = START + SZ_4M,
		.pfn = 0x168a,
		.max_low_pfn = 0x36ffe,
		.typed = true,
		.kernel = true,
	};
}

static void table_violates(struct kunit *test, const struct mm_layout_table *t,
			   const char *text)
{
	mm_layout_rules_table(t, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_PGDIR_TABLE, START, START + SZ_4M, text);
}

static void table_holds(struct kunit *test, const struct mm_layout_table *t)
{
	mm_layout_rules_table(t, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_PGDIR_TABLE);
}

static void table_held(struct kunit *test)
{
	struct mm_layout_table t = good_table();

	table_holds(test, &t);
	/* Made at boot, from memblock. */
	t.typed = false;
	t.kernel = false;
	t.reserved = true;
	table_holds(test, &t);
	t = good_table();
	t.user = true;
	t.kernel = false;
	table_holds(test, &t);
	/* With CONFIG_HIGHPTE. */
	t.pfn = 0x36ffe;
	t.highmem = true;
	table_holds(test, &t);
}

static void table_violated(struct kunit *test)
{
	struct mm_layout_table t = good_table();

	t.pfn = 0x36ffe;
	table_violates(test, &t,
		       "init (1) has a page table for 0xf7800000 at pfn 0x36ffe, which is no lowmem");
	t = good_table();
	t.typed = false;
	table_violates(test, &t,
		       "init (1) has a page table for 0xf7800000 at pfn 0x168a, which is none");
	/* Those of users are never made at boot. */
	t.user = true;
	t.reserved = true;
	table_violates(test, &t, "which is none");
	t = good_table();
	t.user = true;
	table_violates(test, &t,
		       "init (1) has a page table of the kernel's for 0xf7800000, pfn 0x168a");
}

static struct kunit_case rules_pgdir_cases[] = {
	KUNIT_CASE(same_held),
	KUNIT_CASE(same_violated),
	KUNIT_CASE(lazy_held),
	KUNIT_CASE(lazy_violated),
	KUNIT_CASE(table_held),
	KUNIT_CASE(table_violated),
	{}
};

static struct kunit_suite rules_pgdir_suite = {
	.name = "mm_layout_rules_pgdir",
	.init = mm_layout_rules_init,
	.test_cases = rules_pgdir_cases,
};

kunit_test_suite(rules_pgdir_suite);
