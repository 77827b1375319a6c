// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of the linear map. Each case starts from an extent
 * of a healthy map and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "layout_kunit.h"

#define OFFSET		0xc0000000UL
#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)
#define ABSENT		0

static const struct mm_layout_linear linear = {
	.page_offset = OFFSET,
	.image_start = OFFSET + SZ_16M,
	.image_end = OFFSET + SZ_16M + SZ_8M,
};

/* Sixteen pages of RAM at 64M. */
static struct mm_layout_extent good_extent(void)
{
	return (struct mm_layout_extent) {
		.start = OFFSET + SZ_64M,
		.end = OFFSET + SZ_64M + SZ_64K,
		.pfn = SZ_64M >> PAGE_SHIFT,
		.leaf = PAGE_SIZE,
		.flags = PLAIN,
		.backing = MM_LAYOUT_RAM,
	};
}

/* A leaf of 4M at 64M, as without PAE; 2M with it. */
static struct mm_layout_extent large_extent(unsigned long leaf)
{
	struct mm_layout_extent e = good_extent();

	e.end = e.start + 2 * leaf;
	e.leaf = leaf;
	return e;
}

static struct mm_layout_extent empty_extent(enum mm_layout_backing backing)
{
	struct mm_layout_extent e = good_extent();

	e.pfn = 0;
	e.flags = MM_LAYOUT_PTE_NONE;
	e.backing = backing;
	return e;
}

#define HOLDS(id)							\
do {									\
	mm_layout_rules_extent(&e, &l, res);				\
	mm_layout_expect_held(test, res, MM_LAYOUT_##id);		\
} while (0)

#define VIOLATES(id, text)						\
do {									\
	mm_layout_rules_extent(&e, &l, res);				\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
} while (0)

static void linear_pfn(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_PFN);
	e.pfn++;
	VIOLATES(LINEAR_PFN, "0xc4000000, 16 pages, maps pfn 0x4001, expected 0x4000");
	/* An entry that is not present keeps its frame. */
	e.flags = ABSENT;
	e.state = MM_LAYOUT_PAGE_HELD;
	VIOLATES(LINEAR_PFN, "expected 0x4000");
	/* What the boot code left mapped may be no RAM, but is in its place. */
	e = good_extent();
	e.backing = MM_LAYOUT_BOOT;
	HOLDS(LINEAR_PFN);
	e.pfn = 0;
	VIOLATES(LINEAR_PFN, "maps pfn 0x0,");
}

static void linear_present(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_PRESENT);
	e = empty_extent(MM_LAYOUT_RAM);
	VIOLATES(LINEAR_PRESENT, "16 pages of RAM, has no entry");
	e = empty_extent(MM_LAYOUT_LOW1M);
	VIOLATES(LINEAR_PRESENT, "has no entry");
}

/* Who may take a page out of the linear map, and who may not. */
static void linear_absent(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	e.flags = ABSENT;
	e.state = MM_LAYOUT_PAGE_HELD;
	HOLDS(LINEAR_PRESENT);
	e.state = MM_LAYOUT_PAGE_KFENCE;
	HOLDS(LINEAR_PRESENT);
	e.state = MM_LAYOUT_PAGE_FREE;
	VIOLATES(LINEAR_PRESENT, "is not present, but is a free page");
	e.state = MM_LAYOUT_PAGE_OUTSIDE;
	VIOLATES(LINEAR_PRESENT, "is not present, but is a reserved page");
	l.free_unmapped = true;
	HOLDS(LINEAR_PRESENT);
	e.state = MM_LAYOUT_PAGE_FREE;
	HOLDS(LINEAR_PRESENT);
	e.state = MM_LAYOUT_PAGE_KERNEL;
	VIOLATES(LINEAR_PRESENT, "a slab or page-table page");
	e.state = MM_LAYOUT_PAGE_IMAGE;
	VIOLATES(LINEAR_PRESENT, "the kernel image");
	e.state = MM_LAYOUT_PAGE_NONE;
	VIOLATES(LINEAR_PRESENT, "a page");
}

static void linear_beyond(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = empty_extent(MM_LAYOUT_BEYOND);
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_BEYOND);
	e = good_extent();
	e.backing = MM_LAYOUT_BEYOND;
	VIOLATES(LINEAR_BEYOND, "behind the linear map");
	e.flags = ABSENT;
	VIOLATES(LINEAR_BEYOND, "maps pfn 0x4000");
}

static void linear_hole(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = empty_extent(MM_LAYOUT_HOLE);
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_HOLE);
	e = good_extent();
	e.backing = MM_LAYOUT_HOLE;
	VIOLATES(LINEAR_HOLE, "which is not RAM");
}

static void linear_large(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = large_extent(SZ_4M);
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_LARGE);
	e = large_extent(SZ_2M);
	HOLDS(LINEAR_LARGE);
	/* RAM ends within the large page: the extent was cut there. */
	e.end -= PAGE_SIZE;
	VIOLATES(LINEAR_LARGE, "part of a large page of 2048 KB");
	e = large_extent(SZ_4M);
	e.start += SZ_1M;
	e.pfn += SZ_1M >> PAGE_SHIFT;
	VIOLATES(LINEAR_LARGE, "part of a large page of 4096 KB");
}

/* The frame of a large page is wrong and not even aligned. */
static void linear_large_pfn(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = large_extent(SZ_2M);
	struct mm_layout_linear l = linear;

	e.pfn++;
	mm_layout_rules_extent(&e, &l, res);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_LINEAR_PFN], 1UL);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_LINEAR_LARGE], 1UL);
	/* One report for 512 wrong pages. */
	KUNIT_EXPECT_EQ(test, res->nr, 2U);
}

static void linear_flags(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	HOLDS(LINEAR_FLAGS);
	e.flags = PLAIN | MM_LAYOUT_PTE_USER;
	VIOLATES(LINEAR_FLAGS, "is open to user space");
	e.flags = PLAIN | MM_LAYOUT_PTE_GLOBAL;
	VIOLATES(LINEAR_FLAGS, "is global");
	l.global_ok = true;
	HOLDS(LINEAR_FLAGS);
	e.flags = PLAIN | MM_LAYOUT_PTE_SOFT;
	VIOLATES(LINEAR_FLAGS, "has a software bit set");
	l.soft_ok = true;
	HOLDS(LINEAR_FLAGS);
	/* The alias of a module's text is read-only while the module lives. */
	e.flags = MM_LAYOUT_PTE_PRESENT;
	e.state = MM_LAYOUT_PAGE_HELD;
	HOLDS(LINEAR_FLAGS);
	e.state = MM_LAYOUT_PAGE_FREE;
	VIOLATES(LINEAR_FLAGS, "is free, but read-only");
}

/* With PTI, the image is global although other kernel pages are not. */
static void linear_flags_image(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	e.start = l.image_start;
	e.end = e.start + SZ_64K;
	e.pfn = (e.start - OFFSET) >> PAGE_SHIFT;
	e.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_GLOBAL;
	e.state = MM_LAYOUT_PAGE_IMAGE;
	HOLDS(LINEAR_FLAGS);
}

/* Text and read-only data, once they are protected. */
static void linear_flags_readonly(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_extent e = good_extent();
	struct mm_layout_linear l = linear;

	l.ro_start = e.start + 4 * PAGE_SIZE;
	HOLDS(LINEAR_FLAGS);
	l.ro_end = e.start + 6 * PAGE_SIZE;
	VIOLATES(LINEAR_FLAGS, "0xc4004000-0xc4006000 is writable, but kernel text");
	e.flags = MM_LAYOUT_PTE_PRESENT;
	e.state = MM_LAYOUT_PAGE_IMAGE;
	HOLDS(LINEAR_FLAGS);
	/* The pages before and behind. */
	e = good_extent();
	e.end = l.ro_start;
	HOLDS(LINEAR_FLAGS);
	e = good_extent();
	e.start = l.ro_end;
	e.pfn += 6;
	HOLDS(LINEAR_FLAGS);
}

static void linear_mapped(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_mapped m = {
		.name = "max_pfn_mapped", .end_pfn = 0x36ffe,
		.ram_end_pfn = 0x36ffe,
	};

	mm_layout_rules_mapped(&m, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_LINEAR_TRACKED);
	m.end_pfn--;
	mm_layout_rules_mapped(&m, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_LINEAR_TRACKED,
				  "max_pfn_mapped is 0x36ffd, but lowmem's RAM ends at 0x36ffe");
}

static void linear_tracked(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_tracked t = {
		.start_pfn = 0x100, .end_pfn = 0x200, .ram = true, .tracked = true,
	};

	mm_layout_rules_tracked(&t, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_LINEAR_TRACKED);
	t.tracked = false;
	mm_layout_rules_tracked(&t, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_LINEAR_TRACKED,
				  "pfn 0x100-0x1ff is RAM, but not recorded");
	t.ram = false;
	mm_layout_rules_tracked(&t, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_LINEAR_TRACKED);
	t.tracked = true;
	mm_layout_rules_tracked(&t, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_LINEAR_TRACKED,
				  "is a hole, but recorded");
}

static void lowmem_object(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct mm_layout_object o = {
		.name = "a page table", .pfn = 0x36ffd, .max_low_pfn = 0x36ffe,
	};

	mm_layout_rules_object(&o, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_LOWMEM_OBJECT);
	o.pfn++;
	mm_layout_rules_object(&o, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_LOWMEM_OBJECT,
				  "a page table is at pfn 0x36ffe");
}

static struct kunit_case linear_cases[] = {
	KUNIT_CASE(linear_pfn),
	KUNIT_CASE(linear_present),
	KUNIT_CASE(linear_absent),
	KUNIT_CASE(linear_beyond),
	KUNIT_CASE(linear_hole),
	KUNIT_CASE(linear_large),
	KUNIT_CASE(linear_large_pfn),
	KUNIT_CASE(linear_flags),
	KUNIT_CASE(linear_flags_image),
	KUNIT_CASE(linear_flags_readonly),
	KUNIT_CASE(linear_mapped),
	KUNIT_CASE(linear_tracked),
	KUNIT_CASE(lowmem_object),
	{}
};

static struct kunit_suite linear_suite = {
	.name = "mm_layout_rules_linear",
	.test_cases = linear_cases,
};

kunit_test_suite(linear_suite);
