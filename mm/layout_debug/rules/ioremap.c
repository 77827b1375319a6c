// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for ioremap areas. Pure functions of facts.
 */
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static unsigned long nr_pages(const struct mm_layout_mapping *m)
{
	return (m->end - m->start) >> PAGE_SHIFT;
}

/**
 * mm_layout_rules_ioremap_area - rule for an ioremap area as a whole
 * @a: the area
 * @res: where violations go
 */
void mm_layout_rules_ioremap_area(const struct mm_layout_area *a,
				  struct mm_layout_result *res)
{
	if (a->align)
		mm_layout_expect(res, IOREMAP_ALIGN, IS_ALIGNED(a->start, a->align),
				 ADDR, a->start, a->end,
				 "area %#lx-%#lx is not aligned to %lu KB",
				 a->start, a->end, a->align >> 10);
}

static bool large_fits(const struct mm_layout_mapping *m)
{
	return !((m->pfn ^ (m->start >> PAGE_SHIFT)) & ((m->leaf >> PAGE_SHIFT) - 1));
}

/**
 * mm_layout_rules_ioremap - rules for what an ioremap area leads to
 * @m: entries that are alike
 * @res: where violations go; NULL in a hook
 */
void mm_layout_rules_ioremap(const struct mm_layout_mapping *m,
			     struct mm_layout_result *res)
{
	mm_layout_expect(res, IOREMAP_PFN, m->flags & MM_LAYOUT_PTE_PRESENT,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, is not mapped, expected pfn %#lx",
			 m->start, nr_pages(m), m->recorded);
	if (!(m->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	mm_layout_expect(res, IOREMAP_PFN, m->pfn == m->recorded,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, expected pfn %#lx",
			 m->start, nr_pages(m), m->pfn, m->recorded);
	mm_layout_expect(res, IOREMAP_ALIGN, large_fits(m),
			 ADDR, m->start, m->end,
			 "%#lx is in a large page of %lu KB, which cannot lead to pfn %#lx",
			 m->start, m->leaf >> 10, m->pfn);
	/* EFI makes its runtime services executable later. */
	mm_layout_expect(res, IOREMAP_CACHE,
			 !m->asked || !(m->flags & MM_LAYOUT_PTE_EXEC),
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, is executable", m->start, nr_pages(m));
}

/**
 * mm_layout_rules_memtype - rule for the cache mode of an ioremap area
 * @t: mode that is mapped, and the one that is reserved for the frames
 * @res: where violations go; NULL in a hook
 */
void mm_layout_rules_memtype(const struct mm_layout_memtype *t,
			     struct mm_layout_result *res)
{
	mm_layout_expect(res, IOREMAP_CACHE, t->cache == t->reserved,
			 ADDR, t->start, t->end,
			 "%#lx, pfn %#lx, is %s, but reserved is %s",
			 t->start, t->pfn, t->cache_name, t->reserved_name);
}

/**
 * mm_layout_rules_io_pages - rule for RAM behind an ioremap area
 * @p: pages of RAM that are alike
 * @res: where violations go
 */
void mm_layout_rules_io_pages(const struct mm_layout_io_pages *p,
			      struct mm_layout_result *res)
{
	mm_layout_expect(res, IOREMAP_RAM, !p->used, ADDR, p->start, p->end,
			 "%#lx maps pfn %#lx, RAM that the kernel uses",
			 p->start, p->pfn);
}

/**
 * mm_layout_rules_early_ioremap - rule for the slots of early_ioremap()
 * @m: entries that are alike
 * @res: where violations go
 */
void mm_layout_rules_early_ioremap(const struct mm_layout_mapping *m,
				   struct mm_layout_result *res)
{
	mm_layout_expect(res, IOREMAP_EARLY, m->flags & MM_LAYOUT_PTE_NONE,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, but early_ioremap() is over",
			 m->start, nr_pages(m), m->pfn);
}
