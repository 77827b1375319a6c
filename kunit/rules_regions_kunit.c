// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of regions, on the layouts of 32-bit x86:
 *
 *	0        PAGE_OFFSET                                            4G
 *	| user   | linear | 8M | vmalloc | 8K | pkmap | ldt | cea | fixmap |
 *	                  ^ high_memory
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "layout_kunit.h"

enum { LINEAR, VMALLOC, PKMAP, LDT, CEA, EARLY_FIXMAP, FIXMAP, NR_REGIONS };

struct machine {
	const char *split;
	u32 page_offset;
	bool pae;
	u64 ram;
};

struct layout {
	struct mm_layout_region regions[NR_REGIONS];
	struct mm_layout_bounds bounds;
};

/* PAE needs a split at a whole gigabyte. */
static const struct machine machines[] = {
	{ "3G", 0xc0000000, false, SZ_32M },
	{ "3G", 0xc0000000, true, SZ_32M },
	{ "3G_OPT", 0xb0000000, false, SZ_32M },
	{ "2G", 0x80000000, false, SZ_32M },
	{ "2G", 0x80000000, true, SZ_32M },
	{ "2G_OPT", 0x78000000, false, SZ_32M },
	{ "1G", 0x40000000, false, SZ_32M },
	{ "1G", 0x40000000, true, SZ_32M },
	{ "3G", 0xc0000000, false, 160ULL * SZ_1M },
	{ "3G", 0xc0000000, true, 160ULL * SZ_1M },
	{ "3G_OPT", 0xb0000000, false, 160ULL * SZ_1M },
	{ "2G", 0x80000000, false, 160ULL * SZ_1M },
	{ "2G", 0x80000000, true, 160ULL * SZ_1M },
	{ "2G_OPT", 0x78000000, false, 160ULL * SZ_1M },
	{ "1G", 0x40000000, false, 160ULL * SZ_1M },
	{ "1G", 0x40000000, true, 160ULL * SZ_1M },
	{ "3G", 0xc0000000, false, 896ULL * SZ_1M },
	{ "3G", 0xc0000000, true, 896ULL * SZ_1M },
	{ "3G_OPT", 0xb0000000, false, 896ULL * SZ_1M },
	{ "2G", 0x80000000, false, 896ULL * SZ_1M },
	{ "2G", 0x80000000, true, 896ULL * SZ_1M },
	{ "2G_OPT", 0x78000000, false, 896ULL * SZ_1M },
	{ "1G", 0x40000000, false, 896ULL * SZ_1M },
	{ "1G", 0x40000000, true, 896ULL * SZ_1M },
	{ "3G", 0xc0000000, false, SZ_1G },
	{ "3G", 0xc0000000, true, SZ_1G },
	{ "3G_OPT", 0xb0000000, false, SZ_1G },
	{ "2G", 0x80000000, false, SZ_1G },
	{ "2G", 0x80000000, true, SZ_1G },
	{ "2G_OPT", 0x78000000, false, SZ_1G },
	{ "1G", 0x40000000, false, SZ_1G },
	{ "1G", 0x40000000, true, SZ_1G },
	{ "3G", 0xc0000000, false, SZ_4G },
	{ "3G", 0xc0000000, true, SZ_4G },
	{ "3G_OPT", 0xb0000000, false, SZ_4G },
	{ "2G", 0x80000000, false, SZ_4G },
	{ "2G", 0x80000000, true, SZ_4G },
	{ "2G_OPT", 0x78000000, false, SZ_4G },
	{ "1G", 0x40000000, false, SZ_4G },
	{ "1G", 0x40000000, true, SZ_4G },
};

static void machine_desc(const struct machine *m, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s, %llu MB", m->split,
		 m->pae ? " PAE" : "", m->ram >> 20);
}

KUNIT_ARRAY_PARAM(machine, machines, machine_desc);

static void set_region(struct layout *l, int i, const char *name,
		       unsigned long start, unsigned long end)
{
	l->regions[i] = (struct mm_layout_region) {
		.name = name, .start = start, .end = end,
	};
}

/* Lays out a machine from the top down, with numbers of a plausible kernel. */
static void lay_out(struct layout *l, const struct machine *m)
{
	unsigned long pmd = m->pae ? SZ_2M : SZ_4M;
	unsigned long fix_start = 0xfff00000, early_start = 0xffc80000;
	unsigned long cea = 0xffa00000 & ~(pmd - 1);
	unsigned long ldt = cea - pmd, pkmap = ldt - pmd;
	unsigned long vmalloc_end = pkmap - 2 * SZ_4K;
	unsigned long lowmem = min_t(u64, m->ram, vmalloc_end - m->page_offset -
						  SZ_128M);
	unsigned long high_memory = m->page_offset + lowmem;
	struct mm_layout_bounds *b = &l->bounds;

	memset(l, 0, sizeof(*l));
	set_region(l, LINEAR, "linear", m->page_offset, high_memory);
	set_region(l, VMALLOC, "vmalloc", high_memory + SZ_8M, vmalloc_end);
	set_region(l, PKMAP, "pkmap", pkmap, ldt);
	set_region(l, LDT, "ldt", ldt, cea);
	set_region(l, CEA, "cpu_entry_area", cea, cea + 345 * SZ_4K);
	set_region(l, EARLY_FIXMAP, "early_fixmap", early_start, fix_start);
	set_region(l, FIXMAP, "fixmap", fix_start, 0xfffff000);
	l->regions[VMALLOC].min_gap = SZ_8M;
	l->regions[PKMAP].min_gap = 2 * SZ_4K;
	l->regions[PKMAP].align = pmd;
	l->regions[PKMAP].max_size = pmd;
	l->regions[LDT].align = pmd;
	l->regions[LDT].max_size = pmd;
	l->regions[CEA].align = pmd;

	b->page_offset = m->page_offset;
	b->high_memory = high_memory;
	b->vmalloc_start = high_memory + SZ_8M;
	b->vmalloc_end = vmalloc_end;
	b->modules_start = b->vmalloc_start;
	b->modules_end = b->vmalloc_end;
	b->image_start = m->page_offset + SZ_16M;
	b->image_end = m->page_offset + SZ_16M + SZ_8M;
	b->image_in_ram = true;
	b->vmalloc_min = SZ_128M - SZ_8M;
	b->max_low_pfn = lowmem >> PAGE_SHIFT;
	b->max_pfn = m->ram >> PAGE_SHIFT;
	b->maxmem_pfn = (vmalloc_end - m->page_offset - SZ_128M) >> PAGE_SHIFT;
	b->max_arch_pfn = 1UL << 20;
	b->highmem = true;
	b->highstart_pfn = b->max_low_pfn;
	b->highend_pfn = b->max_pfn;
}

static void check(struct mm_layout_result *res, const struct layout *l)
{
	mm_layout_rules_regions(l->regions, NR_REGIONS, res);
	mm_layout_rules_bounds(&l->bounds, res);
}

static void region_rules_hold(struct kunit *test)
{
	static const enum mm_layout_id ids[] = {
		MM_LAYOUT_REGION_ORDER, MM_LAYOUT_REGION_GAP,
		MM_LAYOUT_REGION_ALIGN, MM_LAYOUT_LOWMEM_END,
		MM_LAYOUT_VMALLOC_SIZE, MM_LAYOUT_MODULES_PLACE,
		MM_LAYOUT_IMAGE_PLACE,
	};
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;
	int i;

	lay_out(&l, test->param_value);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		check(res, &l);
		mm_layout_expect_held(test, res, ids[i]);
	}
}

#define EXPECT(id, text)						\
do {									\
	check(res, &l);							\
	mm_layout_expect_violated(test, res, MM_LAYOUT_##id, text);	\
	lay_out(&l, test->param_value);					\
} while (0)

static void region_order(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.regions[LDT].end += PAGE_SIZE;
	l.regions[LDT].max_size += PAGE_SIZE;
	EXPECT(REGION_ORDER, "cpu_entry_area starts at");
	l.regions[FIXMAP].start = l.regions[FIXMAP].end;
	EXPECT(REGION_ORDER, "fixmap is empty");
	swap(l.regions[EARLY_FIXMAP], l.regions[FIXMAP]);
	EXPECT(REGION_ORDER, "before the end of");
}

static void region_gap(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.regions[VMALLOC].start -= PAGE_SIZE;
	EXPECT(REGION_GAP, "before vmalloc, expected at least 8388608");
	l.regions[VMALLOC].end += PAGE_SIZE;
	EXPECT(REGION_GAP, "hole of 4096 bytes before pkmap");
}

static void region_align(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.regions[CEA].start += PAGE_SIZE;
	EXPECT(REGION_ALIGN, "cpu_entry_area starts at");
	l.regions[PKMAP].max_size -= PAGE_SIZE;
	EXPECT(REGION_ALIGN, "pkmap has");
}

static void lowmem_end(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.bounds.high_memory += PAGE_SIZE;
	EXPECT(LOWMEM_END, "high_memory is");
	l.bounds.highstart_pfn--;
	EXPECT(LOWMEM_END, "highstart_pfn is");
	l.bounds.highend_pfn++;
	EXPECT(LOWMEM_END, "highend_pfn is");
	l.bounds.max_arch_pfn = l.bounds.max_pfn - 1;
	EXPECT(LOWMEM_END, "max_pfn is");
	l.bounds.maxmem_pfn = l.bounds.max_low_pfn - 1;
	EXPECT(LOWMEM_END, "max_low_pfn is");
}

static void vmalloc_size(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.bounds.vmalloc_min = l.bounds.vmalloc_end - l.bounds.vmalloc_start + 1;
	EXPECT(VMALLOC_SIZE, "were reserved");
	/* vmalloc= may be larger than the address space: the end wraps. */
	l.bounds.vmalloc_end = l.bounds.vmalloc_start - PAGE_SIZE;
	l.bounds.modules_start = 0;
	EXPECT(VMALLOC_SIZE, "vmalloc has");
	l.bounds.maxmem_pfn = l.bounds.max_low_pfn;
	l.bounds.vmalloc_min = l.bounds.vmalloc_end - l.bounds.vmalloc_start -
			       2 * PAGE_SIZE;
	EXPECT(VMALLOC_SIZE, "lowmem was cut for");
}

static void modules_place(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.bounds.modules_start -= PAGE_SIZE;
	EXPECT(MODULES_PLACE, "vmalloc range is");
	/* As MODULES_LEN would have it: start - end. */
	swap(l.bounds.modules_start, l.bounds.modules_end);
	EXPECT(MODULES_PLACE, "modules at");
}

static void image_place(struct kunit *test)
{
	struct mm_layout_result *res = mm_layout_test_result(test);
	struct layout l;

	lay_out(&l, test->param_value);
	l.bounds.image_end = l.bounds.high_memory + 1;
	EXPECT(IMAGE_PLACE, "linear map is");
	l.bounds.image_in_ram = false;
	EXPECT(IMAGE_PLACE, "not RAM");
}

static struct kunit_case regions_cases[] = {
	KUNIT_CASE_PARAM(region_rules_hold, machine_gen_params),
	KUNIT_CASE_PARAM(region_order, machine_gen_params),
	KUNIT_CASE_PARAM(region_gap, machine_gen_params),
	KUNIT_CASE_PARAM(region_align, machine_gen_params),
	KUNIT_CASE_PARAM(lowmem_end, machine_gen_params),
	KUNIT_CASE_PARAM(vmalloc_size, machine_gen_params),
	KUNIT_CASE_PARAM(modules_place, machine_gen_params),
	KUNIT_CASE_PARAM(image_place, machine_gen_params),
	{}
};

static struct kunit_suite regions_suite = {
	.name = "mm_layout_rules_regions",
	.test_cases = regions_cases,
};

kunit_test_suite(regions_suite);
