// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of ioremap areas. Each case starts from what a healthy
 * kernel has mapped, and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "layout_kunit.h"

/* Four pages of registers, at an address that a page of 4 MB may have as well. */
#define START		0xf1400000UL
#define FRAME		0xfed00UL
/* The frame buffer of a graphics card. */
#define LARGE_FRAME	0xe0000UL

#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)
/* Neither present nor empty: the entry keeps its frame. */
#define ABSENT		0

/* === Areas === */

static struct mm_layout_area good_area(void)
{
	return (struct mm_layout_area) {
		.start = START,
		.end = START + SZ_16K + PAGE_SIZE,
		.kind = MM_LAYOUT_AREA_IOREMAP,
		.ready = true,
		.listed = true,
		.vm_start = START,
		.vm_end = START + SZ_16K + PAGE_SIZE,
		.mapped_end = START + SZ_16K,
		.align = SZ_16K,
		.phys = (phys_addr_t)FRAME << PAGE_SHIFT,
	};
}

static void area_holds(struct kunit *test, const struct mm_layout_area *a)
{
	mm_layout_rules_ioremap_area(a, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_IOREMAP_ALIGN);
}

static void area_violates(struct kunit *test, const struct mm_layout_area *a,
			  const char *text)
{
	mm_layout_rules_ioremap_area(a, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_ALIGN, a->start, a->end, text);
}

static void area_align_held(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	area_holds(test, &a);
	a.align = PAGE_SIZE;
	a.start += PAGE_SIZE;
	area_holds(test, &a);
	a = good_area();
	a.align = SZ_4M;
	area_holds(test, &a);
	a.align = SZ_2M;
	a.start += SZ_2M;
	a.end += SZ_2M;
	area_holds(test, &a);
}

static void area_align_violated(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.start += PAGE_SIZE;
	a.end += PAGE_SIZE;
	area_violates(test, &a,
		      "area 0xf1401000-0xf1406000 is not aligned to 16 KB");
	/* Aligned, but not to its own size. */
	a = good_area();
	a.start += SZ_2M;
	a.end = a.start + SZ_4M + PAGE_SIZE;
	a.align = SZ_4M;
	area_violates(test, &a,
		      "area 0xf1600000-0xf1a01000 is not aligned to 4096 KB");
}

/* What is marked as ioremap(), but was placed by somebody else. */
static void area_align_unchecked(struct kunit *test)
{
	struct mm_layout_result *res = test->priv;
	struct mm_layout_area a = good_area();

	a.align = 0;
	a.start += PAGE_SIZE;
	mm_layout_rules_ioremap_area(&a, res);
	KUNIT_EXPECT_EQ(test, res->facts[MM_LAYOUT_IOREMAP_ALIGN], 0UL);
	KUNIT_EXPECT_EQ(test, res->nr, 0U);
}

/* === Frames === */

static struct mm_layout_mapping good_mapping(void)
{
	return (struct mm_layout_mapping) {
		.start = START,
		.end = START + SZ_16K,
		.leaf = PAGE_SIZE,
		.flags = PLAIN,
		.place = MM_LAYOUT_PLACE_PHYS,
		.pfn = FRAME,
		.recorded = FRAME,
		.state = MM_LAYOUT_PAGE_ANY,
	};
}

/* Two large pages: of 4 MB, or of 2 MB with PAE. */
static struct mm_layout_mapping large_mapping(unsigned long leaf)
{
	struct mm_layout_mapping m = good_mapping();

	m.end = m.start + 2 * leaf;
	m.leaf = leaf;
	m.pfn = LARGE_FRAME;
	m.recorded = LARGE_FRAME;
	return m;
}

static void mapping_holds(struct kunit *test, const struct mm_layout_mapping *m,
			  enum mm_layout_id id)
{
	mm_layout_rules_ioremap(m, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void mapping_violates(struct kunit *test, const struct mm_layout_mapping *m,
			     enum mm_layout_id id, const char *text)
{
	mm_layout_rules_ioremap(m, test->priv);
	mm_layout_expect_one(test, id, m->start, m->end, text);
}

static void pfn_held(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping();

	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_PFN);
	/* A ROM. */
	m.flags = MM_LAYOUT_PTE_PRESENT;
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_PFN);
	m = large_mapping(SZ_2M);
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_PFN);
	m = large_mapping(SZ_4M);
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_PFN);
}

static void pfn_not_mapped(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping();

	m.flags = MM_LAYOUT_PTE_NONE;
	m.pfn = 0;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN,
			 "0xf1400000, 4 pages, is not mapped, expected pfn 0xfed00");
	/* The whole page table is missing: no large page to complain about. */
	m.leaf = SZ_4M;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN, "is not mapped");
	/* The frame is right, but of no use. */
	m = good_mapping();
	m.flags = ABSENT;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN,
			 "0xf1400000, 4 pages, is not mapped, expected pfn 0xfed00");
}

static void pfn_other(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping();

	m.pfn++;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN,
			 "0xf1400000, 4 pages, maps pfn 0xfed01, expected pfn 0xfed00");
	m.pfn -= 2;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN,
			 "maps pfn 0xfecff, expected pfn 0xfed00");
	/* A large page is off by its own size, so that it fits. */
	m = large_mapping(SZ_2M);
	m.pfn += SZ_2M >> PAGE_SHIFT;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN,
			 "0xf1400000, 1024 pages, maps pfn 0xe0200, expected pfn 0xe0000");
}

static void large_held(struct kunit *test)
{
	struct mm_layout_mapping m = large_mapping(SZ_2M);

	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_ALIGN);
	/* A run that begins within a large page, and goes on as that does. */
	m.start += SZ_64K;
	m.pfn += SZ_64K >> PAGE_SHIFT;
	m.recorded = m.pfn;
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_ALIGN);
	m = large_mapping(SZ_4M);
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_ALIGN);
	/* What is too odd for 4 MB is aligned to 2 MB. */
	m = large_mapping(SZ_2M);
	m.start += SZ_2M;
	m.end += SZ_2M;
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_ALIGN);
	/* Small pages may be anywhere. */
	m = good_mapping();
	m.pfn = FRAME + 3;
	m.recorded = m.pfn;
	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_ALIGN);
}

static void large_violated(struct kunit *test)
{
	struct mm_layout_mapping m = large_mapping(SZ_2M);

	m.pfn++;
	m.recorded = m.pfn;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_ALIGN,
			 "0xf1400000 is in a large page of 2048 KB, which cannot lead to pfn 0xe0001");
	/* The address is what is wrong. */
	m = large_mapping(SZ_2M);
	m.start += PAGE_SIZE;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_ALIGN,
			 "0xf1401000 is in a large page of 2048 KB, which cannot lead to pfn 0xe0000");
	/* A frame that would do for a page of 2 MB. */
	m = large_mapping(SZ_4M);
	m.pfn += SZ_2M >> PAGE_SHIFT;
	m.recorded = m.pfn;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_ALIGN,
			 "0xf1400000 is in a large page of 4096 KB, which cannot lead to pfn 0xe0200");
}

/* The frame of a large page is wrong and does not fit either: both are told. */
static void large_other_pfn(struct kunit *test)
{
	struct mm_layout_mapping m = large_mapping(SZ_4M);
	struct mm_layout_result *res = test->priv;

	m.pfn++;
	mm_layout_rules_ioremap(&m, res);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_IOREMAP_PFN], 1UL);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_IOREMAP_ALIGN], 1UL);
	KUNIT_EXPECT_EQ(test, res->nr, 2U);
}

static void exec_violated(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping();

	mapping_holds(test, &m, MM_LAYOUT_IOREMAP_CACHE);
	m.flags |= MM_LAYOUT_PTE_EXEC;
	m.asked = true;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_CACHE,
			 "0xf1400000, 4 pages, is executable");
	/* Without write access as well. */
	m.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_EXEC;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_CACHE, "is executable");
	/* Nothing can be executed there. */
	m.flags = ABSENT | MM_LAYOUT_PTE_EXEC;
	mapping_violates(test, &m, MM_LAYOUT_IOREMAP_PFN, "is not mapped");
}

/* === Cache modes === */

/* Numbers and names as on x86. */
static void cache_mode(struct kunit *test)
{
	static const char * const names[] = {
		"write-back", "write-combining", "uncached-minus", "uncached",
	};
	struct mm_layout_memtype t = {
		.start = START, .end = START + SZ_16K, .pfn = FRAME,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		t.cache = i;
		t.reserved = i;
		t.cache_name = names[i];
		t.reserved_name = names[i];
		mm_layout_rules_memtype(&t, test->priv);
		mm_layout_expect_held(test, test->priv, MM_LAYOUT_IOREMAP_CACHE);
	}
}

static void cache_mode_differs(struct kunit *test)
{
	struct mm_layout_memtype t = {
		.start = START, .end = START + SZ_16K, .pfn = FRAME,
		.cache = 0, .reserved = 2,
		.cache_name = "write-back", .reserved_name = "uncached-minus",
	};

	mm_layout_rules_memtype(&t, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_CACHE, t.start, t.end,
			     "0xf1400000, pfn 0xfed00, is write-back, but reserved is uncached-minus");
	/* Either is uncached, but a range register may turn one into write-combining. */
	t.cache = 3;
	t.cache_name = "uncached";
	mm_layout_rules_memtype(&t, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_CACHE, t.start, t.end,
			     "0xf1400000, pfn 0xfed00, is uncached, but reserved is uncached-minus");
}

/* === RAM, and early_ioremap() === */

static void ram_in_use(struct kunit *test)
{
	/* Reserved RAM, such as the tables of ACPI. */
	struct mm_layout_io_pages p = {
		.start = START, .end = START + SZ_16K, .pfn = 0x7f000,
	};

	mm_layout_rules_io_pages(&p, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_IOREMAP_RAM);
	p.used = true;
	mm_layout_rules_io_pages(&p, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_RAM, p.start, p.end,
			     "0xf1400000 maps pfn 0x7f000, RAM that the kernel uses");
}

static void early_slots(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping();

	m.flags = MM_LAYOUT_PTE_NONE;
	m.pfn = 0;
	mm_layout_rules_early_ioremap(&m, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_IOREMAP_EARLY);
	m = good_mapping();
	mm_layout_rules_early_ioremap(&m, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_EARLY, m.start, m.end,
			     "0xf1400000, 4 pages, maps pfn 0xfed00, but early_ioremap() is over");
	/* Half unmapped is still in use. */
	m.flags = ABSENT;
	mm_layout_rules_early_ioremap(&m, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_IOREMAP_EARLY, m.start, m.end,
			     "maps pfn 0xfed00, but early_ioremap() is over");
}

static struct kunit_case rules_ioremap_cases[] = {
	KUNIT_CASE(area_align_held),
	KUNIT_CASE(area_align_violated),
	KUNIT_CASE(area_align_unchecked),
	KUNIT_CASE(pfn_held),
	KUNIT_CASE(pfn_not_mapped),
	KUNIT_CASE(pfn_other),
	KUNIT_CASE(large_held),
	KUNIT_CASE(large_violated),
	KUNIT_CASE(large_other_pfn),
	KUNIT_CASE(exec_violated),
	KUNIT_CASE(cache_mode),
	KUNIT_CASE(cache_mode_differs),
	KUNIT_CASE(ram_in_use),
	KUNIT_CASE(early_slots),
	{}
};

static struct kunit_suite rules_ioremap_suite = {
	.name = "mm_layout_rules_ioremap",
	.init = mm_layout_rules_init,
	.test_cases = rules_ioremap_cases,
};

kunit_test_suite(rules_ioremap_suite);
