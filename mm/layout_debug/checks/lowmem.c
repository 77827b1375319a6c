// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the page tables of the linear map, where its entries are known, but neither what
 * else is mapped there nor what protects the kernel image. 32-bit x86 has linear.c.
 */
#include <linux/kfence.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <asm/mm_layout_debug.h>

#include "../layout.h"

struct lowmem_walk {
	struct mm_layout_result *res;
	struct mm_layout_linear linear;
	enum mm_layout_backing backing;
	/* Frames of the large pages that map the kernel image. */
	unsigned long image_pfn;
	unsigned long image_end_pfn;
	/* The extent that grows. */
	struct mm_layout_extent run;
	bool open;
};

static void run_close(struct lowmem_walk *w)
{
	if (w->open)
		mm_layout_rules_extent(&w->run, &w->linear, w->res);
	w->open = false;
}

static unsigned long linear_pfn(const struct lowmem_walk *w, unsigned long addr)
{
	return w->linear.first_pfn + ((addr - w->linear.page_offset) >> PAGE_SHIFT);
}

static unsigned long linear_addr(const struct lowmem_walk *w, unsigned long pfn)
{
	return w->linear.page_offset + ((pfn - w->linear.first_pfn) << PAGE_SHIFT);
}

/* Only where it matters what the page is used for. KFENCE leaves its pages writable. */
static enum mm_layout_page_state page_state(const struct lowmem_walk *w,
					    const struct mm_layout_entry *e)
{
	unsigned long pfn = linear_pfn(w, e->start);

	if ((e->flags & MM_LAYOUT_PTE_NONE) ||
	    ((e->flags & MM_LAYOUT_PTE_PRESENT) && (e->flags & MM_LAYOUT_PTE_RW)))
		return MM_LAYOUT_PAGE_ANY;
	if (!pfn_valid(pfn))
		return MM_LAYOUT_PAGE_NONE;
	if (is_kfence_address((void *)e->start))
		return MM_LAYOUT_PAGE_KFENCE;
	return mm_layout_page_state(pfn_to_page(pfn));
}

static bool goes_on(const struct lowmem_walk *w, const struct mm_layout_entry *e,
		    enum mm_layout_page_state state)
{
	const struct mm_layout_extent *run = &w->run;

	if (!w->open || run->end != e->start || run->leaf != e->leaf ||
	    run->flags != e->flags || run->state != state)
		return false;
	return (e->flags & MM_LAYOUT_PTE_NONE) ||
	       e->pfn == run->pfn + ((run->end - run->start) >> PAGE_SHIFT);
}

static bool in_image(const struct lowmem_walk *w, unsigned long pfn)
{
	return pfn >= w->image_pfn && pfn < w->image_end_pfn;
}

static void note_part(struct lowmem_walk *w, const struct mm_layout_entry *e)
{
	enum mm_layout_page_state state = page_state(w, e);

	if (!goes_on(w, e, state)) {
		run_close(w);
		w->run = (struct mm_layout_extent) {
			.start = e->start,
			.pfn = e->pfn,
			.leaf = e->leaf,
			.flags = e->flags,
			.state = state,
			.backing = w->backing,
		};
		w->open = true;
	}
	w->run.end = e->end;
}

/* Memory that firmware keeps for itself is RAM, and not mapped. */
static bool has_no_map(const struct lowmem_walk *w, unsigned long addr)
{
	return !memblock_is_map_memory(PFN_PHYS(linear_pfn(w, addr)));
}

static void note_entry(const struct mm_layout_entry *e, void *arg)
{
	struct mm_layout_entry part = *e;
	struct lowmem_walk *w = arg;
	bool no_map;

	/* Large pages of the image need not end where RAM does. */
	if (in_image(w, linear_pfn(w, e->start)))
		part.leaf = PAGE_SIZE;
	if (!(e->flags & MM_LAYOUT_PTE_NONE)) {
		note_part(w, &part);
		return;
	}
	/* What is no RAM may be empty. */
	if (w->backing != MM_LAYOUT_RAM) {
		run_close(w);
		return;
	}
	for (; part.start != e->end; part.start = part.end) {
		no_map = has_no_map(w, part.start);
		part.end = part.start + PAGE_SIZE;
		while (part.end != e->end && has_no_map(w, part.end) == no_map)
			part.end += PAGE_SIZE;
		if (no_map)
			run_close(w);
		else
			note_part(w, &part);
	}
}

/* So many entries between two chances for others. */
#define AT_ONCE	4096

static void walk(struct lowmem_walk *w, unsigned long start, unsigned long end,
		 enum mm_layout_backing backing)
{
	w->backing = backing;
	while (start < end) {
		start = mm_layout_walk_entries(start, end, AT_ONCE, note_entry, w);
		cond_resched();
	}
	run_close(w);
}

static void walk_backing(unsigned long start_pfn, unsigned long end_pfn, bool ram,
			 void *arg)
{
	struct lowmem_walk *w = arg;
	unsigned long pfn, next;

	for (pfn = start_pfn; pfn < end_pfn; pfn = next) {
		bool image = in_image(w, pfn);

		next = image ? w->image_end_pfn :
			pfn < w->image_pfn ? w->image_pfn : end_pfn;
		next = min(next, end_pfn);
		walk(w, linear_addr(w, pfn), linear_addr(w, next),
		     ram ? MM_LAYOUT_RAM : image ? MM_LAYOUT_BOOT : MM_LAYOUT_HOLE);
	}
}

/**
 * mm_layout_check_linear - check the page tables of the linear map
 * @res: where violations go
 *
 * Context: may sleep. Page tables of the linear map are never freed here.
 */
void mm_layout_check_linear(struct mm_layout_result *res)
{
	struct lowmem_walk w = { .res = res };
	struct mm_layout_bounds b;

	if (!mm_layout_ram_known()) {
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_LINEAR,
				     "RAM cannot be told from holes");
		return;
	}
	mm_layout_arch_bounds(&b);
	w.linear = (struct mm_layout_linear) {
		.page_offset = b.page_offset,
		.first_pfn = b.first_pfn,
		.global_ok = true,
		.soft_ok = true,
	};
	mm_layout_image_pfns(&w.image_pfn, &w.image_end_pfn);
	mm_layout_walk_ram(b.first_pfn, b.max_low_pfn, walk_backing, &w);
	walk(&w, b.high_memory, b.vmalloc_start, MM_LAYOUT_BEYOND);
	mm_layout_skip(res, MM_LAYOUT_LINEAR_TRACKED, "no account is kept of what is mapped");
	mm_layout_skip(res, MM_LAYOUT_LOWMEM_OBJECT, "what the kernel works on is not looked for");
}
