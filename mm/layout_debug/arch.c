// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of the layout on every architecture, and which memory is RAM.
 * An architecture that knows more overrides the weak functions.
 */
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
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

struct ram_walk {
	unsigned long pos;	/* everything before it was handed out */
	unsigned long start;	/* RAM seen, but not handed out */
	unsigned long end;
	mm_layout_ram_fn fn;
	void *arg;
};

static void ram_walk_flush(struct ram_walk *w)
{
	if (w->start == w->end)
		return;
	if (w->pos < w->start)
		w->fn(w->pos, w->start, false, w->arg);
	w->fn(w->start, w->end, true, w->arg);
	w->pos = w->end;
}

static int ram_walk_range(unsigned long pfn, unsigned long nr, void *arg)
{
	struct ram_walk *w = arg;

	/* Firmware may describe one stretch of RAM in several entries. */
	if (w->start != w->end && pfn == w->end) {
		w->end += nr;
		return 0;
	}
	ram_walk_flush(w);
	w->start = pfn;
	w->end = pfn + nr;
	return 0;
}

/**
 * mm_layout_walk_ram - walk RAM and holes
 * @start_pfn: first frame
 * @end_pfn: behind the last frame
 * @fn: called for each range of RAM and each hole, in order, without a lock
 * @arg: for @fn
 *
 * RAM is what the resource tree calls System RAM: whole pages only. Where the
 * tree has none, everything is a hole, see mm_layout_ram_known().
 * Context: the resource lock is taken for each range, @fn may sleep if the
 * caller may.
 */
void mm_layout_walk_ram(unsigned long start_pfn, unsigned long end_pfn,
			mm_layout_ram_fn fn, void *arg)
{
	struct ram_walk w = { .pos = start_pfn, .fn = fn, .arg = arg };

	if (start_pfn >= end_pfn)
		return;
	walk_system_ram_range(start_pfn, end_pfn - start_pfn, &w,
			      ram_walk_range);
	ram_walk_flush(&w);
	if (w.pos < end_pfn)
		fn(w.pos, end_pfn, false, arg);
}

static int ram_found(unsigned long pfn, unsigned long nr, void *arg)
{
	return 1;
}

/**
 * mm_layout_ram_known - can RAM be told from holes?
 *
 * Return: false where the resource tree has no System RAM, as on UML.
 */
bool mm_layout_ram_known(void)
{
	return walk_system_ram_range(0, max_pfn, NULL, ram_found) == 1;
}
