// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for the linear map. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static unsigned long nr_pages(const struct mm_layout_extent *e)
{
	return (e->end - e->start) >> PAGE_SHIFT;
}

static bool mapped(const struct mm_layout_extent *e)
{
	return !(e->flags & MM_LAYOUT_PTE_NONE);
}

/*
 * May the page be missing from the linear map? An entry that is not present
 * keeps its frame, so that whoever removed it can put it back: its owner
 * (memfd_secret, set_memory_np()), KFENCE, or the page allocator with
 * debug_pagealloc, which also unmaps what is freed of the kernel image and of
 * the initrd. Nobody may take away what the kernel itself works on.
 */
static bool may_be_absent(const struct mm_layout_extent *e,
			  const struct mm_layout_linear *l)
{
	switch (e->state) {
	case MM_LAYOUT_PAGE_KFENCE:
	case MM_LAYOUT_PAGE_HELD:
		return true;
	case MM_LAYOUT_PAGE_FREE:
	case MM_LAYOUT_PAGE_OUTSIDE:
		return l->free_unmapped;
	default:
		return false;
	}
}

static const char *state_name(enum mm_layout_page_state state)
{
	switch (state) {
	case MM_LAYOUT_PAGE_FREE:
		return "a free page";
	case MM_LAYOUT_PAGE_HELD:
		return "a page in use";
	case MM_LAYOUT_PAGE_OUTSIDE:
		return "a reserved page";
	case MM_LAYOUT_PAGE_KERNEL:
		return "a slab or page-table page";
	case MM_LAYOUT_PAGE_KFENCE:
		return "a KFENCE page";
	case MM_LAYOUT_PAGE_IMAGE:
		return "the kernel image";
	default:
		return "a page";
	}
}

static void extent_present(const struct mm_layout_extent *e,
			   const struct mm_layout_linear *l,
			   struct mm_layout_result *res)
{
	mm_layout_expect(res, LINEAR_PRESENT, mapped(e),
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages of RAM, has no entry",
			 e->start, nr_pages(e));
	if (!mapped(e) || (e->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	mm_layout_expect(res, LINEAR_PRESENT, may_be_absent(e, l),
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, is not present, but is %s",
			 e->start, nr_pages(e), state_name(e->state));
}

static void extent_pfn(const struct mm_layout_extent *e,
		       const struct mm_layout_linear *l,
		       struct mm_layout_result *res)
{
	unsigned long pfn = l->first_pfn + ((e->start - l->page_offset) >> PAGE_SHIFT);

	mm_layout_expect(res, LINEAR_PFN, e->pfn == pfn,
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, maps pfn %#lx, expected %#lx",
			 e->start, nr_pages(e), e->pfn, pfn);
}

/*
 * An extent is cut where RAM begins and ends. A large page that was cut maps
 * RAM and something else under one set of attributes.
 */
static void extent_large(const struct mm_layout_extent *e,
			 struct mm_layout_result *res)
{
	unsigned long frames = e->leaf >> PAGE_SHIFT;

	mm_layout_expect(res, LINEAR_LARGE,
			 IS_ALIGNED(e->start, e->leaf) &&
			 IS_ALIGNED(e->end, e->leaf),
			 ADDR, e->start, e->end,
			 "%#lx-%#lx is part of a large page of %lu KB with more than RAM",
			 e->start, e->end, e->leaf >> 10);
	mm_layout_expect(res, LINEAR_LARGE,
			 !IS_ALIGNED(e->start, e->leaf) ||
			 IS_ALIGNED(e->pfn, frames),
			 ADDR, e->start, e->end,
			 "large page at %#lx maps pfn %#lx, expected a multiple of %#lx",
			 e->start, e->pfn, frames);
}

static void extent_flags(const struct mm_layout_extent *e,
			 const struct mm_layout_linear *l,
			 struct mm_layout_result *res)
{
	/* With PTI, global is for the kernel image alone. */
	bool global_ok = l->global_ok || (e->start >= l->image_start &&
					  e->start < l->image_end);

	mm_layout_expect(res, LINEAR_FLAGS, !(e->flags & MM_LAYOUT_PTE_USER),
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, is open to user space",
			 e->start, nr_pages(e));
	if (!(e->flags & MM_LAYOUT_PTE_PRESENT))
		return;
	mm_layout_expect(res, LINEAR_FLAGS,
			 global_ok || !(e->flags & MM_LAYOUT_PTE_GLOBAL),
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, is global, but kernel pages are not",
			 e->start, nr_pages(e));
	mm_layout_expect(res, LINEAR_FLAGS,
			 l->soft_ok || !(e->flags & MM_LAYOUT_PTE_SOFT),
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, has a software bit set",
			 e->start, nr_pages(e));
	mm_layout_expect(res, LINEAR_FLAGS,
			 (e->flags & MM_LAYOUT_PTE_RW) ||
			 e->state != MM_LAYOUT_PAGE_FREE,
			 ADDR, e->start, e->end,
			 "%#lx, %lu pages, is free, but read-only",
			 e->start, nr_pages(e));
	mm_layout_expect(res, LINEAR_FLAGS,
			 !(e->flags & MM_LAYOUT_PTE_RW) ||
			 e->end <= l->ro_start || e->start >= l->ro_end,
			 ADDR, max(e->start, l->ro_start), min(e->end, l->ro_end),
			 "%#lx-%#lx is writable, but kernel text or read-only data",
			 max(e->start, l->ro_start), min(e->end, l->ro_end));
}

/**
 * mm_layout_rules_extent - rules for one extent of the linear map
 * @e: the extent
 * @l: what the linear map has to look like
 * @res: where violations go
 */
void mm_layout_rules_extent(const struct mm_layout_extent *e,
			    const struct mm_layout_linear *l,
			    struct mm_layout_result *res)
{
	switch (e->backing) {
	case MM_LAYOUT_BEYOND:
		mm_layout_expect(res, LINEAR_BEYOND, !mapped(e),
				 ADDR, e->start, e->end,
				 "%#lx, %lu pages, maps pfn %#lx behind the linear map",
				 e->start, nr_pages(e), e->pfn);
		return;
	case MM_LAYOUT_HOLE:
		mm_layout_expect(res, LINEAR_HOLE, !mapped(e),
				 ADDR, e->start, e->end,
				 "%#lx, %lu pages, maps pfn %#lx, which is not RAM",
				 e->start, nr_pages(e), e->pfn);
		break;
	case MM_LAYOUT_BOOT:
		break;
	case MM_LAYOUT_LOW1M:
	case MM_LAYOUT_RAM:
		extent_present(e, l, res);
		break;
	}

	if (!mapped(e))
		return;
	extent_pfn(e, l, res);
	extent_flags(e, l, res);
	if (e->leaf > PAGE_SIZE)
		extent_large(e, res);
}

/**
 * mm_layout_rules_tracked - rule for pfn_range_is_mapped()
 * @t: a range of frames and what pfn_range_is_mapped() says of it
 * @res: where violations go
 */
void mm_layout_rules_tracked(const struct mm_layout_tracked *t,
			     struct mm_layout_result *res)
{
	mm_layout_expect(res, LINEAR_TRACKED, t->ram == t->tracked,
			 PFN, t->start_pfn, t->end_pfn,
			 "pfn %#lx-%#lx is %s, but %s as mapped",
			 t->start_pfn, t->end_pfn - 1,
			 t->ram ? "RAM" : "a hole",
			 t->tracked ? "recorded" : "not recorded");
}

/**
 * mm_layout_rules_mapped - rule for how far the linear map reaches
 * @m: what a variable says
 * @res: where violations go
 */
void mm_layout_rules_mapped(const struct mm_layout_mapped *m,
			    struct mm_layout_result *res)
{
	mm_layout_expect(res, LINEAR_TRACKED, m->end_pfn == m->ram_end_pfn,
			 PFN, m->end_pfn, m->end_pfn + 1,
			 "%s is %#lx, but lowmem's RAM ends at %#lx",
			 m->name, m->end_pfn, m->ram_end_pfn);
}

/**
 * mm_layout_rules_object - rule for what has to be in lowmem
 * @o: the object
 * @res: where violations go
 */
void mm_layout_rules_object(const struct mm_layout_object *o,
			    struct mm_layout_result *res)
{
	mm_layout_expect(res, LOWMEM_OBJECT, o->pfn < o->max_low_pfn,
			 PFN, o->pfn, o->pfn + 1,
			 "%s is at pfn %#lx, expected it below max_low_pfn %#lx",
			 o->name, o->pfn, o->max_low_pfn);
}
