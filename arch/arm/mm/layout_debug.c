// SPDX-License-Identifier: GPL-2.0
/*
 * The memory layout of 32-bit arm, for mm/layout_debug/. The linear map begins with the
 * first frame of RAM, which need not be frame 0; modules and the kmap window are
 * below it.
 */
#include <linux/highmem.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mm_layout_debug.h>
#include <linux/pgtable.h>

#include <asm/fixmap.h>
#include <asm/memory.h>
#include <asm/mm_layout_debug.h>

#ifdef CONFIG_HIGHMEM

static void highmem_bounds(struct mm_layout_bounds *b)
{
	b->highmem = true;
	b->highstart_pfn = max_low_pfn;
	b->highend_pfn = max_pfn;
	b->zone_end_pfn[ZONE_HIGHMEM] = max_pfn;
}

#else

static void highmem_bounds(struct mm_layout_bounds *b)
{
}

#endif /* CONFIG_HIGHMEM */

unsigned int mm_layout_arch_regions(struct mm_layout_region *regions)
{
	struct mm_layout_region *r = regions;

	*r++ = (struct mm_layout_region) {
		.name = "modules",
		.start = MODULES_VADDR,
		.end = MODULES_END,
	};
	r += mm_layout_pkmap_region(r, 0);
	*r++ = (struct mm_layout_region) {
		.name = "linear",
		.start = PAGE_OFFSET,
		.end = (unsigned long)high_memory,
	};
	/* What is left of VMALLOC_OFFSET by rounding down is the hole. */
	*r++ = (struct mm_layout_region) {
		.name = "vmalloc",
		.start = VMALLOC_START,
		.end = VMALLOC_END,
		.min_gap = PAGE_SIZE,
		.align = VMALLOC_OFFSET,
	};
	*r++ = (struct mm_layout_region) {
		.name = "fdt",
		.start = FDT_FIXED_BASE,
		.end = FDT_FIXED_BASE + FDT_FIXED_SIZE,
	};
	*r++ = (struct mm_layout_region) {
		.name = "fixmap",
		.start = FIXADDR_START,
		.end = FIXADDR_END,
	};
	return r - regions;
}

void mm_layout_arch_bounds(struct mm_layout_bounds *b)
{
	*b = (struct mm_layout_bounds) {
		.page_offset = PAGE_OFFSET,
		.first_pfn = PHYS_PFN_OFFSET,
		.high_memory = (unsigned long)high_memory,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.max_low_pfn = max_low_pfn,
		.max_pfn = max_pfn,
	};
	b->zone_end_pfn[ZONE_NORMAL] = max_low_pfn;
	b->zone_end_pfn[ZONE_MOVABLE] = max_pfn;
	highmem_bounds(b);
}

static unsigned long linear_addr(unsigned long pfn)
{
	return PAGE_OFFSET + ((pfn - PHYS_PFN_OFFSET) << PAGE_SHIFT);
}

/**
 * mm_layout_has_table - can a page table be read in this frame?
 * @pfn: the frame
 *
 * Holes of lowmem, and what firmware keeps, have no linear address: to read there
 * would fault.
 *
 * Return: true if it is in mapped RAM.
 */
bool mm_layout_has_table(unsigned long pfn)
{
	return pfn >= PHYS_PFN_OFFSET && pfn < max_low_pfn &&
	       memblock_is_map_memory(PFN_PHYS(pfn));
}

/**
 * mm_layout_pmd_leads_to_table - can a page table be read through this entry?
 * @pmd: an entry that is no section
 *
 * Return: true if it is of the type of a table, and that is in mapped RAM.
 */
bool mm_layout_pmd_leads_to_table(pmd_t pmd)
{
	return (pmd_val(pmd) & PMD_TYPE_MASK) == PMD_TYPE_TABLE &&
	       mm_layout_has_table(mm_layout_pmd_table_pfn(pmd));
}

static bool leads_to(unsigned long pfn)
{
	unsigned long addr = linear_addr(pfn);
	pmd_t *pmdp = pmd_off_k(addr), pmd = mm_layout_pmd_entry(pmdp, addr);
	unsigned int flags;
	pteval_t value;

	if (pmd_leaf(pmd))
		return mm_layout_pmd_leaf_pfn(pmd) + PHYS_PFN(addr & ~SECTION_MASK) == pfn &&
		       (mm_layout_pmd_flags(pmd) & MM_LAYOUT_PTE_RW);
	if (!mm_layout_pmd_leads_to_table(pmd))
		return false;
	value = pte_val(ptep_get_lockless(pte_offset_kernel(&pmd, addr)));
	flags = mm_layout_pte_flags(value);
	return (flags & MM_LAYOUT_PTE_PRESENT) && (flags & MM_LAYOUT_PTE_RW) &&
	       pte_pfn(__pte(value)) == pfn;
}

/* Page tables of lowmem are never freed. */
unsigned long mm_layout_arch_unmapped(unsigned long pfn, unsigned long nr)
{
	unsigned long end = pfn + nr;

	for (; pfn < end; pfn++)
		if (!leads_to(pfn))
			return pfn;
	return MM_LAYOUT_UNKNOWN;
}
