// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of fixed mappings. Each case starts from what a healthy kernel
 * has mapped, and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "layout_kunit.h"

#define START		0xfffbc000UL
#define FRAME		0xfec00UL
#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)

static const struct mm_layout_fixed_slot empty_slot = {
	.name = "the guard of the double fault stack of CPU",
	.nr = 7,
	.start = START,
	.end = START + PAGE_SIZE,
	.kind = MM_LAYOUT_SLOT_EMPTY,
};

static const struct mm_layout_fixed_slot device_slot = {
	.name = "a fixmap slot of an I/O APIC",
	.nr = -1,
	.start = START,
	.end = START + PAGE_SIZE,
	.kind = MM_LAYOUT_SLOT_DEVICE,
};

static const struct mm_layout_fixed_slot page_slot = {
	.name = "the double fault stack of CPU",
	.nr = 12,
	.start = START,
	.end = START + PAGE_SIZE,
	.kind = MM_LAYOUT_SLOT_PAGE,
};

static const struct mm_layout_fixed_slot readonly_slot = {
	.name = "the IDT",
	.nr = -1,
	.start = START,
	.end = START + PAGE_SIZE,
	.kind = MM_LAYOUT_SLOT_PAGE,
	.readonly = true,
};

static struct mm_layout_fixed good_fixed(const struct mm_layout_fixed_slot *slot)
{
	return (struct mm_layout_fixed) {
		.slot = slot,
		.start = START,
		.end = START + PAGE_SIZE,
		.flags = PLAIN,
		.pfn = FRAME,
		.recorded = MM_LAYOUT_UNKNOWN,
	};
}

static void holds(struct kunit *test, const struct mm_layout_fixed *f,
		  enum mm_layout_id id)
{
	mm_layout_rules_fixed(f, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void violates(struct kunit *test, const struct mm_layout_fixed *f,
		     enum mm_layout_id id, const char *text)
{
	mm_layout_rules_fixed(f, test->priv);
	mm_layout_expect_one(test, id, START, START + PAGE_SIZE, text);
}

static void empty_held(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&empty_slot);

	f.flags = MM_LAYOUT_PTE_NONE;
	holds(test, &f, MM_LAYOUT_FIXED_EMPTY);
}

static void empty_violated(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&empty_slot);

	violates(test, &f, MM_LAYOUT_FIXED_EMPTY,
		 "the guard of the double fault stack of CPU 7, 0xfffbc000, maps pfn 0xfec00");
	/* Not present, but not empty. */
	f.flags = 0;
	violates(test, &f, MM_LAYOUT_FIXED_EMPTY, "maps pfn 0xfec00");
}

static void device_held(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&device_slot);

	holds(test, &f, MM_LAYOUT_FIXED_DEVICE);
	/* There need not be one. */
	f = good_fixed(&device_slot);
	f.flags = MM_LAYOUT_PTE_NONE;
	f.pfn = 0;
	holds(test, &f, MM_LAYOUT_FIXED_DEVICE);
}

static void device_violated(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&device_slot);

	f.ram = true;
	f.pfn = 0x1000;
	violates(test, &f, MM_LAYOUT_FIXED_DEVICE,
		 "a fixmap slot of an I/O APIC, 0xfffbc000, maps pfn 0x1000, RAM that the kernel uses");
	f = good_fixed(&device_slot);
	f.cached = true;
	violates(test, &f, MM_LAYOUT_FIXED_DEVICE,
		 "a fixmap slot of an I/O APIC, 0xfffbc000, maps pfn 0xfec00, cached as memory is");
}

static void page_held(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&page_slot);

	holds(test, &f, MM_LAYOUT_FIXED_PAGE);
	f.recorded = f.pfn;
	holds(test, &f, MM_LAYOUT_FIXED_PAGE);
	/* The CPU entry area is RAM, cached as all is. */
	f.ram = true;
	f.cached = true;
	holds(test, &f, MM_LAYOUT_FIXED_PAGE);
	f = good_fixed(&readonly_slot);
	f.flags = MM_LAYOUT_PTE_PRESENT;
	holds(test, &f, MM_LAYOUT_FIXED_PAGE);
}

static void page_violated(struct kunit *test)
{
	struct mm_layout_fixed f = good_fixed(&page_slot);

	f.flags = MM_LAYOUT_PTE_NONE;
	violates(test, &f, MM_LAYOUT_FIXED_PAGE,
		 "the double fault stack of CPU 12, 0xfffbc000, is not mapped");
	f = good_fixed(&page_slot);
	f.recorded = FRAME + 1;
	violates(test, &f, MM_LAYOUT_FIXED_PAGE,
		 "the double fault stack of CPU 12, 0xfffbc000, leads to pfn 0xfec00, expected pfn 0xfec01");
	f = good_fixed(&page_slot);
	f.flags = MM_LAYOUT_PTE_PRESENT;
	violates(test, &f, MM_LAYOUT_FIXED_PAGE,
		 "the double fault stack of CPU 12, 0xfffbc000, is read-only");
	f = good_fixed(&readonly_slot);
	violates(test, &f, MM_LAYOUT_FIXED_PAGE, "the IDT, 0xfffbc000, is writable");
}

static struct kunit_case rules_fixed_cases[] = {
	KUNIT_CASE(empty_held),
	KUNIT_CASE(empty_violated),
	KUNIT_CASE(device_held),
	KUNIT_CASE(device_violated),
	KUNIT_CASE(page_held),
	KUNIT_CASE(page_violated),
	{}
};

static struct kunit_suite rules_fixed_suite = {
	.name = "mm_layout_rules_fixed",
	.init = mm_layout_rules_init,
	.test_cases = rules_fixed_cases,
};

kunit_test_suite(rules_fixed_suite);
