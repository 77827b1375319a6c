// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of the kmap window and of kmap_local_page(). Each case starts
 * from what a healthy kernel has, and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

#define SLOT		0xff001000UL
#define FRAME		0x36ffeUL
#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)
/* An entry of PAE, with NX. */
#define ENTRY		0x8000000036ffe063ULL

/* === The kmap window === */

static struct mm_layout_kmap good_kmap(void)
{
	return (struct mm_layout_kmap) {
		.addr = SLOT,
		.count = 2,
		.flags = PLAIN,
		.wanted = PLAIN,
		.pfn = FRAME,
		.highmem = true,
		.address = SLOT,
		.recorded = FRAME,
	};
}

static void kmap_holds(struct kunit *test, const struct mm_layout_kmap *k,
		       enum mm_layout_id id)
{
	mm_layout_rules_kmap(k, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void kmap_violates(struct kunit *test, const struct mm_layout_kmap *k,
			  enum mm_layout_id id, const char *text)
{
	mm_layout_rules_kmap(k, test->priv);
	mm_layout_expect_one(test, id, SLOT, SLOT + PAGE_SIZE, text);
}

static void count_held(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	kmap_holds(test, &k, MM_LAYOUT_KMAP_COUNT);
	/* Without a user, but still mapped: the flush comes when the window is full. */
	k.count = 1;
	kmap_holds(test, &k, MM_LAYOUT_KMAP_COUNT);
	k.count = 1000;
	kmap_holds(test, &k, MM_LAYOUT_KMAP_COUNT);
	k = (struct mm_layout_kmap) { .addr = SLOT, .flags = MM_LAYOUT_PTE_NONE };
	kmap_holds(test, &k, MM_LAYOUT_KMAP_COUNT);
}

static void count_violated(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	k.count = 0;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_COUNT,
		      "slot 0xff001000 maps pfn 0x36ffe, but has count 0");
	k.count = -1;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_COUNT, "but has count -1");
	k = good_kmap();
	k.flags = MM_LAYOUT_PTE_NONE;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_COUNT,
		      "slot 0xff001000 has count 2, but is not mapped");
	/* Neither present nor empty. */
	k.flags = 0;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_COUNT, "has count 2, but is not mapped");
	k.count = 0;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_COUNT, "maps pfn 0x36ffe");
}

static void page_held(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	kmap_holds(test, &k, MM_LAYOUT_KMAP_PAGE);
	k.count = 1;
	kmap_holds(test, &k, MM_LAYOUT_KMAP_PAGE);
}

static void page_violated(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	k.highmem = false;
	k.pfn = 0x300;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_PAGE,
		      "slot 0xff001000 leads to pfn 0x300, which is not highmem");
	/* The page is in another slot, too. */
	k = good_kmap();
	k.address = SLOT + PAGE_SIZE;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_PAGE,
		      "slot 0xff001000 leads to pfn 0x36ffe, whose page_address() is 0xff002000");
	k.address = 0;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_PAGE, "whose page_address() is 0x0");
	k = good_kmap();
	k.recorded = FRAME + 1;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_PAGE,
		      "slot 0xff001000 leads to pfn 0x36ffe, but is recorded for pfn 0x36fff");
}

static void flags_held(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	kmap_holds(test, &k, MM_LAYOUT_KMAP_FLAGS);
	k.wanted = PLAIN | MM_LAYOUT_PTE_GLOBAL;
	k.flags = k.wanted;
	kmap_holds(test, &k, MM_LAYOUT_KMAP_FLAGS);
}

static void flags_violated(struct kunit *test)
{
	struct mm_layout_kmap k = good_kmap();

	k.flags = MM_LAYOUT_PTE_PRESENT;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_FLAGS,
		      "slot 0xff001000 has protections 0x2, kmap() asks for 0x6");
	k.flags = PLAIN | MM_LAYOUT_PTE_EXEC;
	kmap_violates(test, &k, MM_LAYOUT_KMAP_FLAGS, "has protections 0x46");
}

/* === Places of entries === */

static void table_held(struct kunit *test)
{
	const struct mm_layout_slot s = {
		.addr = SLOT,
		.entry = 0xc168a004UL,
		.walked = 0xc168a004UL,
	};

	mm_layout_rules_slot(&s, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_KMAP_TABLE);
}

/* The slots go on in a page table that is not the next page. */
static void table_violated(struct kunit *test)
{
	const struct mm_layout_slot s = {
		.addr = SLOT,
		.entry = 0xc168b000UL,
		.walked = 0xc1700000UL,
	};

	mm_layout_rules_slot(&s, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_KMAP_TABLE, SLOT, SLOT + PAGE_SIZE,
			     "the entry of slot 0xff001000 is at 0xc1700000, but 0xc168b000 is written to");
}

/* === kmap_local_page() === */

static struct mm_layout_local good_local(void)
{
	return (struct mm_layout_local) {
		.addr = SLOT,
		.cpu = 1,
		.used = true,
		.value = ENTRY,
		.recorded = ENTRY,
	};
}

static void local_violates(struct kunit *test, const struct mm_layout_local *l,
			   enum mm_layout_id id, const char *text)
{
	mm_layout_rules_local(l, test->priv);
	mm_layout_expect_one(test, id, SLOT, SLOT + PAGE_SIZE, text);
}

static void local_held(struct kunit *test)
{
	struct mm_layout_local l = good_local();

	mm_layout_rules_local(&l, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_KMAP_LOCAL);
	l = (struct mm_layout_local) { .addr = SLOT };
	mm_layout_rules_local(&l, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_KMAP_LOCAL);
}

static void local_violated(struct kunit *test)
{
	struct mm_layout_local l = good_local();

	l.used = false;
	l.recorded = 0;
	local_violates(test, &l, MM_LAYOUT_KMAP_LOCAL,
		       "slot 0xff001000 of CPU 1 holds 0x8000000036ffe063, but nobody uses it");
	l = good_local();
	l.value = 0;
	local_violates(test, &l, MM_LAYOUT_KMAP_LOCAL,
		       "slot 0xff001000 of CPU 1 holds 0x0, its task has mapped 0x8000000036ffe063");
	/* Above 4 GB. */
	l.value = ENTRY + (1ULL << 32);
	local_violates(test, &l, MM_LAYOUT_KMAP_LOCAL, "holds 0x8000000136ffe063");
}

static void guard_held(struct kunit *test)
{
	const struct mm_layout_local l = { .addr = SLOT, .guard = true };

	mm_layout_rules_local(&l, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_KMAP_GUARD);
}

static void guard_violated(struct kunit *test)
{
	struct mm_layout_local l = good_local();

	l.guard = true;
	l.used = false;
	local_violates(test, &l, MM_LAYOUT_KMAP_GUARD,
		       "guard slot 0xff001000 of CPU 1 holds 0x8000000036ffe063");
}

static struct kunit_case rules_kmap_cases[] = {
	KUNIT_CASE(count_held),
	KUNIT_CASE(count_violated),
	KUNIT_CASE(page_held),
	KUNIT_CASE(page_violated),
	KUNIT_CASE(flags_held),
	KUNIT_CASE(flags_violated),
	KUNIT_CASE(table_held),
	KUNIT_CASE(table_violated),
	KUNIT_CASE(local_held),
	KUNIT_CASE(local_violated),
	KUNIT_CASE(guard_held),
	KUNIT_CASE(guard_violated),
	{}
};

static struct kunit_suite rules_kmap_suite = {
	.name = "mm_layout_rules_kmap",
	.init = mm_layout_rules_init,
	.test_cases = rules_kmap_cases,
};

kunit_test_suite(rules_kmap_suite);
