// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what is mapped at addresses that are fixed at build time.
 */
#include <linux/mm.h>
#include <linux/pfn.h>

#include "../layout.h"

struct fixed_walk {
	struct mm_layout_result *res;
	const struct mm_layout_fixed_slot *slot;
};

static void note_hole(unsigned long start_pfn, unsigned long end_pfn, bool ram,
		      void *arg)
{
	*(bool *)arg = ram;
}

/* What is RAM and not reserved belongs to the page allocator. */
static bool used_ram(unsigned long pfn)
{
	bool ram = false;

	mm_layout_walk_ram(pfn, pfn + 1, note_hole, &ram);
	return ram && pfn_valid(pfn) && !mm_layout_page_reserved(pfn_to_page(pfn));
}

static void fixed_entry(const struct mm_layout_entry *e, void *arg)
{
	const struct fixed_walk *w = arg;
	bool mapped = !(e->flags & MM_LAYOUT_PTE_NONE);
	struct mm_layout_fixed f = {
		.slot = w->slot,
		.start = e->start,
		.end = e->end,
		.flags = e->flags,
		.pfn = e->pfn,
		.recorded = MM_LAYOUT_UNKNOWN,
		.cached = mapped && !e->cache,
		.ram = mapped && used_ram(e->pfn),
	};

	if (w->slot->phys_known)
		f.recorded = PHYS_PFN(w->slot->phys + (e->start - w->slot->start));
	mm_layout_rules_fixed(&f, w->res);
}

static void check_fixed_slot(const struct mm_layout_fixed_slot *slot, void *arg)
{
	struct fixed_walk w = { .res = arg, .slot = slot };

	mm_layout_walk_entries(slot->start, slot->end, UINT_MAX, fixed_entry, &w);
}

/**
 * mm_layout_check_fixed - check what is mapped at addresses that are fixed at build time
 * @res: where violations go
 *
 * Context: process. The page tables there are never freed.
 */
void mm_layout_check_fixed(struct mm_layout_result *res)
{
	if (!mm_layout_arch_fixed(check_fixed_slot, res))
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_FIXED,
				     "what is mapped at fixed addresses is not known");
}
