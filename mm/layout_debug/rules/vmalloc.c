// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for the vmalloc range. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static unsigned long nr_pages(const struct mm_layout_mapping *m)
{
	return (m->end - m->start) >> PAGE_SHIFT;
}

static bool mapped(const struct mm_layout_mapping *m)
{
	return !(m->flags & MM_LAYOUT_PTE_NONE);
}

/**
 * mm_layout_rules_area - rules for a busy vmap area
 * @a: the area
 * @res: where violations go
 */
void mm_layout_rules_area(const struct mm_layout_area *a,
			  struct mm_layout_result *res)
{
	bool shape_ok = PAGE_ALIGNED(a->start | a->end) && a->start < a->end;

	mm_layout_expect(res, VMAP_AREA, shape_ok, ADDR, a->start, a->end,
			 "area %#lx-%#lx is empty or no whole pages",
			 a->start, a->end);
	mm_layout_expect(res, VMAP_AREA, !a->outside, ADDR, a->start, a->end,
			 "area %#lx-%#lx is outside of where areas may be",
			 a->start, a->end);
	mm_layout_expect(res, VMAP_AREA, a->prev_end <= a->start,
			 ADDR, a->start, a->end,
			 "area %#lx-%#lx overlaps the one before it, which ends at %#lx",
			 a->start, a->end, a->prev_end);
	mm_layout_expect(res, VMAP_AREA, !a->next_start || a->end <= a->next_start,
			 ADDR, a->start, a->end,
			 "area %#lx-%#lx overlaps the one behind it, which starts at %#lx",
			 a->start, a->end, a->next_start);
	mm_layout_expect(res, VMAP_AREA, a->listed, ADDR, a->start, a->end,
			 "area %#lx-%#lx has other neighbours in the list than in the tree",
			 a->start, a->end);
	if (a->guard)
		mm_layout_expect(res, VMAP_GUARD, a->mapped_end < a->end,
				 ADDR, a->start, a->end,
				 "area %#lx-%#lx has %lu pages and no guard page",
				 a->start, a->end, a->nr_pages);
	if (!a->vm_end)
		return;
	mm_layout_expect(res, VMAP_AREA,
			 a->vm_start == a->start && a->vm_end == a->end,
			 ADDR, a->start, a->end,
			 "area %#lx-%#lx is at %#lx-%#lx by its vm_struct",
			 a->start, a->end, a->vm_start, a->vm_end);
}

static void recorded_pages(const struct mm_layout_mapping *m,
			   struct mm_layout_result *res)
{
	mm_layout_expect(res, VMAP_PAGES, m->flags & MM_LAYOUT_PTE_PRESENT,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, is not mapped, expected pfn %#lx",
			 m->start, nr_pages(m), m->recorded);
	if (!(m->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	mm_layout_expect(res, VMAP_PAGES, m->pfn == m->recorded,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, expected pfn %#lx",
			 m->start, nr_pages(m), m->pfn, m->recorded);
	mm_layout_expect(res, VMAP_OWNED,
			 m->state != MM_LAYOUT_PAGE_KERNEL,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, owns pfn %#lx, which is a slab, page table or large kmalloc",
			 m->start, nr_pages(m), m->pfn);
}

static void empty_guard(const struct mm_layout_mapping *m, struct mm_layout_result *res)
{
	mm_layout_expect(res, VMAP_GUARD, !mapped(m), ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, but is a guard page or given back",
			 m->start, nr_pages(m), m->pfn);
}

static void empty_block(const struct mm_layout_mapping *m, struct mm_layout_result *res)
{
	mm_layout_expect(res, VMAP_BLOCK, !mapped(m), ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, but is not handed out by its block",
			 m->start, nr_pages(m), m->pfn);
}

static void empty_other(const struct mm_layout_mapping *m, const char *why,
			struct mm_layout_result *res)
{
	mm_layout_expect(res, VMAP_STRAY, !mapped(m), ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, but %s",
			 m->start, nr_pages(m), m->pfn, why);
}

/* An area is being mapped, or unmapped; what is in a pool may be mapped at any time. */
static bool on_its_way(unsigned int owners)
{
	return !owners || (owners & (MM_LAYOUT_TILE_BUSY | MM_LAYOUT_TILE_POOL));
}

static void in_use(const struct mm_layout_mapping *m, struct mm_layout_result *res)
{
	if (m->place == MM_LAYOUT_PLACE_PAGES)
		recorded_pages(m, res);
	if (!mapped(m))
		return;
	mm_layout_expect(res, VMAP_OWNED, m->state != MM_LAYOUT_PAGE_FREE,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, maps pfn %#lx, which is free",
			 m->start, nr_pages(m), m->pfn);
	mm_layout_expect(res, VMAP_FLAGS, !(m->flags & MM_LAYOUT_PTE_USER),
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, is open to user space",
			 m->start, nr_pages(m));
	mm_layout_expect(res, VMAP_FLAGS, !m->asked || m->flags == m->wanted,
			 ADDR, m->start, m->end,
			 "%#lx, %lu pages, has protections %#x, asked for were %#x",
			 m->start, nr_pages(m), m->flags, m->wanted);
}

/**
 * mm_layout_rules_mapping - rules for what is mapped at a place
 * @m: entries that are alike
 * @res: where violations go; NULL in a hook
 */
void mm_layout_rules_mapping(const struct mm_layout_mapping *m,
			     struct mm_layout_result *res)
{
	switch (m->place) {
	case MM_LAYOUT_PLACE_ANY:
	case MM_LAYOUT_PLACE_PAGES:
	case MM_LAYOUT_PLACE_PHYS:
		in_use(m, res);
		break;
	case MM_LAYOUT_PLACE_GUARD:
		empty_guard(m, res);
		break;
	case MM_LAYOUT_PLACE_BLOCK:
		empty_block(m, res);
		break;
	case MM_LAYOUT_PLACE_FREE:
		if (!mapped(m) || !on_its_way(m->owners))
			empty_other(m, "there is no area", res);
		break;
	case MM_LAYOUT_PLACE_UNMAPPED:
		empty_other(m, "was just unmapped", res);
		break;
	case MM_LAYOUT_PLACE_BEYOND:
		empty_other(m, "is behind the vmalloc range", res);
		break;
	}
}

static const char *owners_name(unsigned int owners)
{
	if (!owners)
		return "nothing";
	if (!(owners & MM_LAYOUT_TILE_BUSY))
		return "a free and a lazily freed area";
	return owners & MM_LAYOUT_TILE_LAZY ? "a busy and a lazily freed area" :
		"a busy and a free area";
}

/**
 * mm_layout_rules_tile - rule for who owns a piece of the vmalloc range
 * @t: the piece
 * @res: where violations go
 */
void mm_layout_rules_tile(const struct mm_layout_tile *t,
			  struct mm_layout_result *res)
{
	mm_layout_expect(res, VMAP_TILE, hweight32(t->owners) == 1,
			 ADDR, t->start, t->end,
			 "%#lx-%#lx is in %s", t->start, t->end,
			 owners_name(t->owners));
}

/**
 * mm_layout_rules_vmap_block - rule for the counts of a vmap block
 * @b: the block
 * @res: where violations go
 */
void mm_layout_rules_vmap_block(const struct mm_layout_vmap_block *b,
				struct mm_layout_result *res)
{
	unsigned long end = b->start + b->pages * PAGE_SIZE;

	mm_layout_expect(res, VMAP_BLOCK, !b->stray, ADDR, b->start, end,
			 "block at %#lx of %lu pages uses one that it has never handed out",
			 b->start, b->pages);
	/* What is being unmapped is not used any more, and not dirty yet. */
	mm_layout_expect(res, VMAP_BLOCK,
			 b->used + b->free + b->dirty <= b->pages,
			 ADDR, b->start, end,
			 "block at %#lx of %lu pages counts %lu used, %lu free, %lu dirty",
			 b->start, b->pages, b->used, b->free, b->dirty);
}
