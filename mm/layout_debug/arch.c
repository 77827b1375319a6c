// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of the layout on every architecture, and which memory is RAM.
 * An architecture that knows more overrides the weak functions.
 */
#include <linux/cache.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "layout.h"

/**
 * mm_layout_arch_regions - the regions of the kernel's address space
 * @regions: filled with at most %MM_LAYOUT_MAX_REGIONS entries, lowest address
 *	first
 *
 * Return: the number of entries. Works in any context once the memory layout
 * is set up.
 */
unsigned int __weak mm_layout_arch_regions(struct mm_layout_region *regions)
{
	const struct mm_layout_region linear = {
		.name = "linear",
		.start = PAGE_OFFSET,
		.end = (unsigned long)high_memory,
	};
	const struct mm_layout_region vmalloc = {
		.name = "vmalloc",
		.start = VMALLOC_START,
		.end = VMALLOC_END,
	};
	/* arm64 has its linear map below the vmalloc range, others above. */
	bool linear_first = linear.start < vmalloc.start;

	regions[0] = linear_first ? linear : vmalloc;
	regions[1] = linear_first ? vmalloc : linear;
	return 2;
}

#ifdef CONFIG_HIGHMEM
/**
 * mm_layout_pkmap_region - the region of the kmap window
 * @r: filled
 * @min_gap: bytes that must stay unused below it
 *
 * For an architecture's mm_layout_arch_regions().
 *
 * Return: the number of regions, 0 without highmem.
 */
unsigned int mm_layout_pkmap_region(struct mm_layout_region *r, unsigned long min_gap)
{
	*r = (struct mm_layout_region) {
		.name = "pkmap",
		.start = PKMAP_BASE,
		.end = PKMAP_BASE + LAST_PKMAP * PAGE_SIZE,
		.min_gap = min_gap,
		.align = PMD_SIZE,
		/* kmap() indexes one page table. */
		.max_size = PMD_SIZE,
	};
	return 1;
}
#else
unsigned int mm_layout_pkmap_region(struct mm_layout_region *r, unsigned long min_gap)
{
	return 0;
}
#endif

/**
 * mm_layout_arch_bounds - the numbers that define the layout
 * @b: filled with what is known, 0 elsewhere
 *
 * Works in any context once the memory layout is set up.
 */
void __weak mm_layout_arch_bounds(struct mm_layout_bounds *b)
{
	*b = (struct mm_layout_bounds) {
		.page_offset = PAGE_OFFSET,
		.high_memory = (unsigned long)high_memory,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.max_pfn = max_pfn,
	};
}

/**
 * mm_layout_arch_print_entry - print the page-table entry of a kernel address
 * @addr: the address
 *
 * One line of a report. Context: process.
 */
void __weak mm_layout_arch_print_entry(unsigned long addr)
{
}

/**
 * mm_layout_arch_linear_page - the page that has its linear address at @addr
 * @addr: any address
 *
 * Works in any context, and trusts no page-table entry.
 *
 * Return: the page; NULL if @addr is not in the linear map.
 */
struct page * __weak mm_layout_arch_linear_page(unsigned long addr)
{
	if (addr < PAGE_OFFSET || addr >= (unsigned long)high_memory ||
	    !virt_addr_valid((void *)addr))
		return NULL;
	return pfn_to_online_page(page_to_pfn(virt_to_page((void *)addr)));
}

/**
 * mm_layout_arch_unmapped - are pages mapped at their linear addresses?
 * @pfn: first frame, in lowmem
 * @nr: number of pages
 *
 * Works in any context.
 *
 * Return: the first frame that is not mapped writable there; %MM_LAYOUT_UNKNOWN if
 * all are, or if the architecture cannot tell.
 */
unsigned long __weak mm_layout_arch_unmapped(unsigned long pfn, unsigned long nr)
{
	return MM_LAYOUT_UNKNOWN;
}

/**
 * mm_layout_arch_memtype - the cache mode that is reserved for a frame
 * @pfn: the frame
 * @cache: set to the mode, as the architecture counts them
 *
 * Context: process.
 *
 * Return: false if the architecture does not keep account of that.
 */
bool __weak mm_layout_arch_memtype(unsigned long pfn, unsigned int *cache)
{
	return false;
}

/**
 * mm_layout_arch_cache_name - the name of a cache mode
 * @cache: the mode
 *
 * Return: its name.
 */
const char * __weak mm_layout_arch_cache_name(unsigned int cache)
{
	return "unknown";
}

/**
 * mm_layout_arch_early_ioremap - where early_ioremap() maps
 * @start: set to the first address
 * @end: set to the address behind the last byte
 *
 * Return: false if that is not known.
 */
bool __weak mm_layout_arch_early_ioremap(unsigned long *start, unsigned long *end)
{
	return false;
}

/**
 * mm_layout_arch_fixed - what belongs to addresses that are fixed at build time
 * @fn: called for each range of them, or part of one
 * @arg: for @fn
 *
 * Context: process.
 *
 * Return: false if that is not known.
 */
bool __weak mm_layout_arch_fixed(mm_layout_fixed_fn fn, void *arg)
{
	return false;
}

/**
 * mm_layout_arch_regions_complete - does mm_layout_arch_regions() tell of all?
 *
 * Return: true if what is in no region is not used for anything.
 */
bool __weak mm_layout_arch_regions_complete(void)
{
	return false;
}

/*
 * RAM as memblock had it when zones, struct pages and the linear map were made
 * of it. The resource tree will not do: what EFI or ACPI tables occupy is taken
 * out of it later, but keeps its struct pages and its place in the linear map.
 */
struct ram_range {
	unsigned long start_pfn;
	unsigned long end_pfn;
};

static struct ram_range *ram_ranges __ro_after_init;
static unsigned int nr_ram_ranges __ro_after_init;

/* Before page_alloc_init_late(), which gives up memblock's own memory. */
static int __init mm_layout_ram_init(void)
{
	unsigned long start_pfn, end_pfn;
	unsigned int nr = 0;
	int i;

	ram_ranges = kmalloc_objs(*ram_ranges, memblock.memory.cnt);
	if (!ram_ranges)
		return -ENOMEM;
	for_each_mem_pfn_range(i, MAX_NUMNODES, &start_pfn, &end_pfn, NULL) {
		/* Ranges of different nodes or attributes may touch. */
		if (nr && ram_ranges[nr - 1].end_pfn == start_pfn) {
			ram_ranges[nr - 1].end_pfn = end_pfn;
			continue;
		}
		ram_ranges[nr++] = (struct ram_range) { start_pfn, end_pfn };
	}
	nr_ram_ranges = nr;
	return 0;
}
early_initcall(mm_layout_ram_init);

/**
 * mm_layout_walk_ram - walk RAM and holes
 * @start_pfn: first frame
 * @end_pfn: behind the last frame
 * @fn: called for each range of RAM and each hole, in order
 * @arg: for @fn
 *
 * RAM is what was there at boot, in whole pages. If there was no memory to
 * write it down, all is a hole, see mm_layout_ram_known(). Takes no lock.
 */
void mm_layout_walk_ram(unsigned long start_pfn, unsigned long end_pfn,
			mm_layout_ram_fn fn, void *arg)
{
	unsigned long pos = start_pfn;
	unsigned int i;

	for (i = 0; i < nr_ram_ranges; i++) {
		unsigned long start = max(ram_ranges[i].start_pfn, start_pfn);
		unsigned long end = min(ram_ranges[i].end_pfn, end_pfn);

		if (start >= end)
			continue;
		if (pos < start)
			fn(pos, start, false, arg);
		fn(start, end, true, arg);
		pos = end;
	}
	if (pos < end_pfn)
		fn(pos, end_pfn, false, arg);
}

/**
 * mm_layout_ram_known - can RAM be told from holes?
 *
 * Return: false if there was no memory to write down which is which.
 */
bool mm_layout_ram_known(void)
{
	return nr_ram_ranges;
}
