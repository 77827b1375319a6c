// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for the regions of the kernel's address space and the numbers behind
 * them. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static void region_order(const struct mm_layout_region *r,
			 const struct mm_layout_region *prev,
			 struct mm_layout_result *res)
{
	mm_layout_expect(res, REGION_ORDER, r->start < r->end,
			 ADDR, r->start, r->start + 1,
			 "%s is empty: starts at %#lx, ends at %#lx",
			 r->name, r->start, r->end);
	if (!prev)
		return;
	mm_layout_expect(res, REGION_ORDER, prev->end <= r->start,
			 ADDR, r->start, r->end,
			 "%s starts at %#lx, before the end of %s at %#lx",
			 r->name, r->start, prev->name, prev->end);
}

static void region_gap(const struct mm_layout_region *r,
		       const struct mm_layout_region *prev,
		       struct mm_layout_result *res)
{
	/* Overlap is region_order()'s business. */
	if (!prev || !r->min_gap || r->start < prev->end)
		return;
	mm_layout_expect(res, REGION_GAP, r->start - prev->end >= r->min_gap,
			 ADDR, prev->end, r->start,
			 "hole of %lu bytes before %s, expected at least %lu",
			 r->start - prev->end, r->name, r->min_gap);
}

static void region_align(const struct mm_layout_region *r,
			 struct mm_layout_result *res)
{
	if (r->align)
		mm_layout_expect(res, REGION_ALIGN,
				 IS_ALIGNED(r->start, r->align),
				 ADDR, r->start, r->end,
				 "%s starts at %#lx, expected a multiple of %#lx",
				 r->name, r->start, r->align);
	if (r->max_size)
		mm_layout_expect(res, REGION_ALIGN,
				 r->end - r->start <= r->max_size,
				 ADDR, r->start, r->end,
				 "%s has %lu bytes, expected %lu at most",
				 r->name, r->end - r->start, r->max_size);
}

/**
 * mm_layout_rules_regions - rules for the table of regions
 * @regions: the table, lowest address first
 * @nr: number of entries
 * @res: where violations go
 */
void mm_layout_rules_regions(const struct mm_layout_region *regions,
			     unsigned int nr, struct mm_layout_result *res)
{
	const struct mm_layout_region *prev = NULL;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		region_order(&regions[i], prev, res);
		region_gap(&regions[i], prev, res);
		region_align(&regions[i], res);
		prev = &regions[i];
	}
}

static void bounds_lowmem_end(const struct mm_layout_bounds *b,
			      struct mm_layout_result *res)
{
	unsigned long end = b->page_offset +
			    ((b->max_low_pfn - b->first_pfn) << PAGE_SHIFT);

	if (!b->max_low_pfn)
		return;
	mm_layout_expect(res, LOWMEM_END, b->high_memory == end,
			 ADDR, b->high_memory, b->high_memory + 1,
			 "high_memory is %#lx, max_low_pfn %#lx makes it %#lx",
			 b->high_memory, b->max_low_pfn, end);
	mm_layout_expect(res, LOWMEM_END,
			 !b->maxmem_pfn || b->max_low_pfn <= b->maxmem_pfn,
			 PFN, b->maxmem_pfn, b->max_low_pfn,
			 "max_low_pfn is %#lx, expected %#lx at most",
			 b->max_low_pfn, b->maxmem_pfn);
	mm_layout_expect(res, LOWMEM_END,
			 !b->max_arch_pfn || b->max_pfn <= b->max_arch_pfn,
			 PFN, b->max_arch_pfn, b->max_pfn,
			 "max_pfn is %#lx, expected %#lx at most",
			 b->max_pfn, b->max_arch_pfn);
	if (!b->highmem)
		return;
	mm_layout_expect(res, LOWMEM_END, b->highstart_pfn == b->max_low_pfn,
			 PFN, b->highstart_pfn, b->highstart_pfn + 1,
			 "highstart_pfn is %#lx, max_low_pfn %#lx",
			 b->highstart_pfn, b->max_low_pfn);
	mm_layout_expect(res, LOWMEM_END, b->highend_pfn == b->max_pfn,
			 PFN, b->highend_pfn, b->highend_pfn + 1,
			 "highend_pfn is %#lx, max_pfn %#lx",
			 b->highend_pfn, b->max_pfn);
}

static void bounds_vmalloc(const struct mm_layout_bounds *b,
			   struct mm_layout_result *res)
{
	unsigned long size = b->vmalloc_end - b->vmalloc_start;

	if (!b->vmalloc_min)
		return;
	/* With vmalloc_end below vmalloc_start the size would look huge. */
	mm_layout_expect(res, VMALLOC_SIZE,
			 b->vmalloc_start < b->vmalloc_end &&
			 size >= b->vmalloc_min,
			 ADDR, b->vmalloc_start, b->vmalloc_end,
			 "vmalloc has %lu bytes, %lu were reserved",
			 size, b->vmalloc_min);
	/* Lowmem was cut to make room for it: nothing may be wasted. */
	if (b->max_low_pfn == b->maxmem_pfn)
		mm_layout_expect(res, VMALLOC_SIZE,
				 size <= b->vmalloc_min + PAGE_SIZE,
				 ADDR, b->vmalloc_start, b->vmalloc_end,
				 "vmalloc has %lu bytes, lowmem was cut for %lu",
				 size, b->vmalloc_min);
}

/**
 * mm_layout_rules_bounds - rules for the numbers that define the layout
 * @b: the numbers
 * @res: where violations go
 */
void mm_layout_rules_bounds(const struct mm_layout_bounds *b,
			    struct mm_layout_result *res)
{
	bounds_lowmem_end(b, res);
	bounds_vmalloc(b, res);
	if (b->modules_start)
		mm_layout_expect(res, MODULES_PLACE,
				 b->modules_start < b->modules_end &&
				 b->modules_start >= b->vmalloc_start &&
				 b->modules_end <= b->vmalloc_end,
				 ADDR, b->modules_start, b->modules_end,
				 "modules at %#lx-%#lx, vmalloc range is %#lx-%#lx",
				 b->modules_start, b->modules_end,
				 b->vmalloc_start, b->vmalloc_end);
	if (!b->image_start)
		return;
	mm_layout_expect(res, IMAGE_PLACE,
			 b->image_start >= b->page_offset &&
			 b->image_start < b->image_end &&
			 b->image_end <= b->high_memory,
			 ADDR, b->image_start, b->image_end,
			 "image at %#lx-%#lx, linear map is %#lx-%#lx",
			 b->image_start, b->image_end, b->page_offset,
			 b->high_memory);
	mm_layout_expect(res, IMAGE_PLACE, b->image_in_ram,
			 ADDR, b->image_start, b->image_end,
			 "image at %#lx-%#lx lies on something that is not RAM",
			 b->image_start, b->image_end);
}
