// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for protections and cache modes. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

/**
 * mm_layout_rules_prot - rules for the protections of kernel addresses
 * @p: entries that are alike
 * @res: where violations go
 */
void mm_layout_rules_prot(const struct mm_layout_prot *p,
			  struct mm_layout_result *res)
{
	const unsigned int wx = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW |
				MM_LAYOUT_PTE_EXEC;
	unsigned long pages = (p->end - p->start) >> PAGE_SHIFT;

	mm_layout_expect(res, PROT_WX, p->firmware || (p->flags & wx) != wx,
			 ADDR, p->start, p->end,
			 "%#lx, %lu pages, is writable and executable", p->start, pages);
	mm_layout_expect(res, PROT_NX, !(p->flags & MM_LAYOUT_PTE_RESERVED),
			 ADDR, p->start, p->end,
			 "%#lx, %lu pages, has the NX bit, but the CPU has none",
			 p->start, pages);
	mm_layout_expect(res, PROT_USER, !(p->flags & MM_LAYOUT_PTE_USER),
			 ADDR, p->start, p->end,
			 "%#lx, %lu pages, is open to user space", p->start, pages);
}

/**
 * mm_layout_rules_alias - rule for RAM that has a second address
 * @c: pages that are alike, at the second address and in the linear map
 * @res: where violations go
 */
void mm_layout_rules_alias(const struct mm_layout_cached *c,
			   struct mm_layout_result *res)
{
	mm_layout_expect(res, CACHE_ALIAS, c->cache == c->other,
			 ADDR, c->start, c->end,
			 "%#lx maps pfn %#lx %s, which the linear map has %s",
			 c->start, c->pfn, c->cache_name, c->other_name);
}

/**
 * mm_layout_rules_ram_cache - rules for the cache mode of lowmem
 * @c: pages of the linear map that are alike, and what is reserved for them
 * @res: where violations go
 */
void mm_layout_rules_ram_cache(const struct mm_layout_cached *c,
			       struct mm_layout_result *res)
{
	mm_layout_expect(res, CACHE_RAM, c->cache == c->other,
			 ADDR, c->start, c->end,
			 "%#lx, pfn %#lx, is %s, but reserved is %s",
			 c->start, c->pfn, c->cache_name, c->other_name);
	mm_layout_expect(res, CACHE_RAM, !c->free || !c->cache,
			 ADDR, c->start, c->end,
			 "%#lx, pfn %#lx, is free, but %s",
			 c->start, c->pfn, c->cache_name);
}
