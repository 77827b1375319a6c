// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for slabs and large kmallocs. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static const char *slab_kind(const struct mm_layout_slab *s)
{
	return s->large ? "large kmalloc" : "slab";
}

static unsigned long slab_end(const struct mm_layout_slab *s)
{
	return s->pfn + (1UL << s->order);
}

/* Where memory comes from is the same for both. */
static void slab_pages(const struct mm_layout_slab *s,
		       struct mm_layout_result *res)
{
	mm_layout_expect(res, SLAB_ZONE, !s->highmem && s->zone <= s->max_zone,
			 PFN, s->pfn, slab_end(s),
			 "%s at pfn %#lx is in %szone %u, expected zone %u at most",
			 slab_kind(s), s->pfn, s->highmem ? "highmem " : "",
			 s->zone, s->max_zone);
	mm_layout_expect(res, SLAB_PAGES, s->refcount == MM_LAYOUT_SLAB_REFCOUNT,
			 PFN, s->pfn, slab_end(s),
			 "%s at pfn %#lx has a refcount of %d, expected %d",
			 slab_kind(s), s->pfn, s->refcount, MM_LAYOUT_SLAB_REFCOUNT);
	mm_layout_expect(res, SLAB_PAGES, !s->stray_pfn,
			 PFN, s->pfn, slab_end(s),
			 "%s at pfn %#lx of order %u has a page that is not its own, pfn %#lx",
			 slab_kind(s), s->pfn, s->order, s->stray_pfn);
	if (s->walked)
		mm_layout_expect(res, SLAB_LINEAR, s->unmapped_pfn == MM_LAYOUT_UNKNOWN,
				 PFN, s->pfn, slab_end(s),
				 "%s at pfn %#lx of order %u: pfn %#lx is not mapped, or read-only, at its linear address",
				 slab_kind(s), s->pfn, s->order, s->unmapped_pfn);
}

static bool slab_order_fits(const struct mm_layout_slab *s,
			    const struct mm_layout_cache *c)
{
	if (s->objects * c->size > PAGE_SIZE << s->order)
		return false;
	return (s->order == c->order && s->objects == c->objects) ||
	       (s->order == c->min_order && s->objects == c->min_objects);
}

/**
 * mm_layout_rules_slab - rules for a slab, or for a large kmalloc
 * @s: the slab
 * @c: its cache; NULL if that is being destroyed, and for a large kmalloc
 * @res: where violations go
 */
void mm_layout_rules_slab(const struct mm_layout_slab *s,
			  const struct mm_layout_cache *c,
			  struct mm_layout_result *res)
{
	slab_pages(s, res);
	if (s->large) {
		mm_layout_expect(res, SLAB_ORDER,
				 s->bytes <= PAGE_SIZE << s->order,
				 PFN, s->pfn, slab_end(s),
				 "large kmalloc of %lu bytes at pfn %#lx has order %u",
				 s->bytes, s->pfn, s->order);
		return;
	}
	mm_layout_expect(res, SLAB_CACHE, s->cache_ok,
			 PFN, s->pfn, slab_end(s),
			 "slab at pfn %#lx says that it belongs to a cache at %#lx, which is none",
			 s->pfn, s->cache);
	if (!c)
		return;
	mm_layout_expect(res, SLAB_ORDER, slab_order_fits(s, c),
			 PFN, s->pfn, slab_end(s),
			 "slab of %.20s at pfn %#lx has %u objects of %u bytes in order %u, expected %u in %u or %u in %u",
			 c->name, s->pfn, s->objects, c->size, s->order,
			 c->objects, c->order, c->min_objects, c->min_order);
	mm_layout_expect(res, SLAB_ORDER, s->inuse <= s->objects,
			 PFN, s->pfn, slab_end(s),
			 "slab of %.20s at pfn %#lx has %u of %u objects in use",
			 c->name, s->pfn, s->inuse, s->objects);
}

/**
 * mm_layout_rules_partial - rules for the list of partial slabs of a node
 * @p: the list
 * @res: where violations go
 */
void mm_layout_rules_partial(const struct mm_layout_partial *p,
			     struct mm_layout_result *res)
{
	mm_layout_expect(res, SLAB_PARTIAL, !p->wrong,
			 PFN, p->wrong_pfn, p->wrong_pfn + 1,
			 "the partial list of %.20s, node %d, has pfn %#lx, which is %s",
			 p->name, p->nid, p->wrong_pfn, p->wrong);
	if (p->wrong)
		return;
	mm_layout_expect(res, SLAB_PARTIAL, p->walked == p->nr_partial,
			 ADDR, p->cache, p->cache + 1,
			 "the partial list of %.20s, node %d, has %lu slabs, nr_partial is %lu",
			 p->name, p->nid, p->walked, p->nr_partial);
}

/**
 * mm_layout_rules_slab_count - rule for the number of slabs of a cache
 * @c: the numbers
 * @res: where violations go
 *
 * There may be more than the cache counts: slabs that are being made, or freed.
 */
void mm_layout_rules_slab_count(const struct mm_layout_slab_count *c,
				struct mm_layout_result *res)
{
	mm_layout_expect(res, SLAB_COUNT, c->found >= c->nr_slabs,
			 ADDR, c->cache, c->cache + 1,
			 "cache %.20s counts %lu slabs, but only %lu are found among the pages",
			 c->name, c->nr_slabs, c->found);
}
