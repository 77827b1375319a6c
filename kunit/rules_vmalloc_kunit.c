// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of the vmalloc range. Each case starts from an area, or
 * from page-table entries, of a healthy kernel and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "layout_kunit.h"

/* Sixteen pages and a guard page. */
#define START		0xf1000000UL
#define MAPPED_END	(START + SZ_64K)
#define AREA_END	(MAPPED_END + PAGE_SIZE)
#define FRAME		0x4000UL

#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)
/* Neither present nor empty: the entry keeps its frame. */
#define ABSENT		0

/* === Areas === */

/* As of vmalloc(). It has neighbours, but does not touch them. */
static struct mm_layout_area good_area(void)
{
	return (struct mm_layout_area) {
		.start = START,
		.end = AREA_END,
		.kind = MM_LAYOUT_AREA_VMALLOC,
		.ready = true,
		.prev_end = START - PAGE_SIZE,
		.next_start = AREA_END + PAGE_SIZE,
		.listed = true,
		.vm_start = START,
		.vm_end = AREA_END,
		.mapped_end = MAPPED_END,
		.guard = true,
		.nr_pages = SZ_64K / PAGE_SIZE,
	};
}

/* Of a kind that has no vm_struct, and no guard page. */
static struct mm_layout_area bare_area(enum mm_layout_area_kind kind)
{
	struct mm_layout_area a = good_area();

	a.kind = kind;
	a.vm_start = 0;
	a.vm_end = 0;
	a.mapped_end = a.end;
	a.guard = false;
	a.nr_pages = 0;
	return a;
}

static void area_holds(struct kunit *test, const struct mm_layout_area *a)
{
	mm_layout_rules_area(a, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_VMAP_AREA);
}

static void area_violates(struct kunit *test, const struct mm_layout_area *a,
			  const char *text)
{
	mm_layout_rules_area(a, test->priv);
	/* Upside down, the range is one byte. */
	mm_layout_expect_one(test, MM_LAYOUT_VMAP_AREA, a->start,
			     max(a->end, a->start + 1), text);
}

static void area_neighbours(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	area_holds(test, &a);
	a.prev_end = a.start;
	a.next_start = a.end;
	area_holds(test, &a);
	/* The last one of all, and the only one. */
	a.next_start = 0;
	area_holds(test, &a);
	a.prev_end = 0;
	area_holds(test, &a);
}

static void area_oddities(struct kunit *test)
{
	struct mm_layout_area a = bare_area(MM_LAYOUT_AREA_MAP_RAM);

	area_holds(test, &a);
	a = bare_area(MM_LAYOUT_AREA_BLOCK);
	area_holds(test, &a);
	/* Chunks of the per-CPU allocator follow each other without a guard page. */
	a = good_area();
	a.kind = MM_LAYOUT_AREA_PERCPU;
	a.mapped_end = a.end;
	a.guard = false;
	a.nr_pages = 0;
	a.next_start = a.end;
	area_holds(test, &a);
	/* vrealloc() has given back all pages but one: the area keeps its size. */
	a = good_area();
	a.mapped_end = a.start + PAGE_SIZE;
	a.nr_pages = 1;
	area_holds(test, &a);
	/* Its place is right before its pages are there. */
	a = good_area();
	a.ready = false;
	a.nr_pages = 0;
	area_holds(test, &a);
}

static void area_place(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.outside = true;
	area_violates(test, &a,
		      "area 0xf1000000-0xf1011000 is outside of where areas may be");
	a = bare_area(MM_LAYOUT_AREA_MAP_RAM);
	a.start++;
	area_violates(test, &a, "area 0xf1000001-0xf1011000 is empty or no whole pages");
	a = bare_area(MM_LAYOUT_AREA_MAP_RAM);
	a.end--;
	area_violates(test, &a, "area 0xf1000000-0xf1010fff is empty or no whole pages");
	/* Empty, and upside down. */
	a.end = a.start;
	area_violates(test, &a, "area 0xf1000000-0xf1000000 is empty or no whole pages");
	a.start = AREA_END;
	area_violates(test, &a, "area 0xf1011000-0xf1000000 is empty or no whole pages");
}

static void area_overlaps_prev(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.next_start = 0;
	a.prev_end = a.start + PAGE_SIZE;
	area_violates(test, &a,
		      "area 0xf1000000-0xf1011000 overlaps the one before it, which ends at 0xf1001000");
	/* It is there twice. */
	a.prev_end = a.end;
	area_violates(test, &a, "which ends at 0xf1011000");
	/* The list does not ascend. */
	a.prev_end = a.end + SZ_1M;
	area_violates(test, &a, "which ends at 0xf1111000");
}

static void area_overlaps_next(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.prev_end = 0;
	a.next_start = a.end - PAGE_SIZE;
	area_violates(test, &a,
		      "area 0xf1000000-0xf1011000 overlaps the one behind it, which starts at 0xf1010000");
	a.next_start = a.start;
	area_violates(test, &a, "starts at 0xf1000000");
	a.next_start = a.start - SZ_1M;
	area_violates(test, &a, "starts at 0xf0f00000");
}

/* All addresses that there are have to fit in the report. */
static void area_overlaps_between(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.prev_end = a.start + PAGE_SIZE;
	area_violates(test, &a, "area 0xf1000000-0xf1011000 overlaps");
	a = good_area();
	a.next_start = a.end - PAGE_SIZE;
	area_violates(test, &a, "area 0xf1000000-0xf1011000 overlaps");
}

/* All of the area is in use, up to the next one. */
static void area_without_guard(struct kunit *test)
{
	struct mm_layout_result *res = test->priv;
	struct mm_layout_area a = good_area();

	mm_layout_rules_area(&a, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_VMAP_GUARD);
	a.mapped_end = a.end;
	a.nr_pages++;
	mm_layout_rules_area(&a, res);
	mm_layout_expect_violated(test, res, MM_LAYOUT_VMAP_GUARD,
				  "area 0xf1000000-0xf1011000 has 17 pages and no guard page");
	a.guard = false;
	mm_layout_rules_area(&a, res);
	mm_layout_expect_held(test, res, MM_LAYOUT_VMAP_AREA);
}

static void area_not_listed(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.listed = false;
	area_violates(test, &a,
		      "area 0xf1000000-0xf1011000 has other neighbours in the list than in the tree");
}

static void area_other_vm(struct kunit *test)
{
	struct mm_layout_area a = good_area();

	a.vm_start += PAGE_SIZE;
	area_violates(test, &a,
		      "area 0xf1000000-0xf1011000 is at 0xf1001000-0xf1011000 by its vm_struct");
	/* As if the guard page had been forgotten. */
	a = good_area();
	a.vm_end -= PAGE_SIZE;
	area_violates(test, &a, "is at 0xf1000000-0xf1010000 by its vm_struct");
}

/* === Entries that are in use === */

static struct mm_layout_mapping good_mapping(enum mm_layout_place place)
{
	return (struct mm_layout_mapping) {
		.start = START,
		.end = MAPPED_END,
		.leaf = PAGE_SIZE,
		.flags = PLAIN,
		.place = place,
		.owners = MM_LAYOUT_TILE_FREE,
		.pfn = FRAME,
		.recorded = place == MM_LAYOUT_PLACE_PAGES ||
			    place == MM_LAYOUT_PLACE_PHYS ? FRAME : MM_LAYOUT_UNKNOWN,
		.state = MM_LAYOUT_PAGE_HELD,
	};
}

static struct mm_layout_mapping empty_mapping(enum mm_layout_place place)
{
	struct mm_layout_mapping m = good_mapping(place);

	m.flags = MM_LAYOUT_PTE_NONE;
	m.pfn = 0;
	m.state = MM_LAYOUT_PAGE_ANY;
	return m;
}

static void mapping_holds(struct kunit *test, const struct mm_layout_mapping *m,
			  enum mm_layout_id id)
{
	mm_layout_rules_mapping(m, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void mapping_violates(struct kunit *test, const struct mm_layout_mapping *m,
			     enum mm_layout_id id, const char *text)
{
	mm_layout_rules_mapping(m, test->priv);
	mm_layout_expect_one(test, id, m->start, m->end, text);
}

/* Nothing is wrong, and nothing was looked at. */
static void mapping_unchecked(struct kunit *test, const struct mm_layout_mapping *m)
{
	struct mm_layout_result *res = test->priv;
	int i;

	mm_layout_rules_mapping(m, res);
	for (i = 0; i < MM_LAYOUT_NR; i++)
		KUNIT_EXPECT_EQ_MSG(test, res->facts[i], 0UL, "%s",
				    mm_layout_invariants[i].name);
	KUNIT_EXPECT_EQ(test, res->nr, 0U);
	memset(res, 0, sizeof(*res));
}

static void pages_held(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	mapping_holds(test, &m, MM_LAYOUT_VMAP_PAGES);
	/* A hook does not look at the pages. */
	m.state = MM_LAYOUT_PAGE_ANY;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_PAGES);
	/* Read-only, as a module's text. */
	m.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_EXEC;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_PAGES);
	/* vmalloc_huge(), with PAE and without. */
	m = good_mapping(MM_LAYOUT_PLACE_PAGES);
	m.end = m.start + SZ_4M;
	m.leaf = SZ_2M;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_PAGES);
	m.leaf = SZ_4M;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_PAGES);
}

static void pages_not_mapped(struct kunit *test)
{
	struct mm_layout_mapping m = empty_mapping(MM_LAYOUT_PLACE_PAGES);

	mapping_violates(test, &m, MM_LAYOUT_VMAP_PAGES,
			 "0xf1000000, 16 pages, is not mapped, expected pfn 0x4000");
	/* The frame is right, but of no use. */
	m = good_mapping(MM_LAYOUT_PLACE_PAGES);
	m.flags = ABSENT;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_PAGES,
			 "0xf1000000, 16 pages, is not mapped, expected pfn 0x4000");
}

static void pages_other_pfn(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	m.pfn++;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_PAGES,
			 "0xf1000000, 16 pages, maps pfn 0x4001, expected pfn 0x4000");
	m = good_mapping(MM_LAYOUT_PLACE_PAGES);
	m.pfn = 0;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_PAGES,
			 "maps pfn 0x0, expected pfn 0x4000");
	/* What is recorded is no struct page. */
	m = good_mapping(MM_LAYOUT_PLACE_PAGES);
	m.recorded = 0;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_PAGES,
			 "maps pfn 0x4000, expected pfn 0x0");
}

/* A frame that is wrong, and that nobody may map there: both are told. */
static void pages_other_slab(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);
	struct mm_layout_result *res = test->priv;

	m.pfn++;
	m.state = MM_LAYOUT_PAGE_KERNEL;
	mm_layout_rules_mapping(&m, res);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_VMAP_PAGES], 1UL);
	KUNIT_EXPECT_EQ(test, res->violations[MM_LAYOUT_VMAP_OWNED], 1UL);
	/* Two reports for sixteen wrong pages. */
	KUNIT_EXPECT_EQ(test, res->nr, 2U);
}

static void owned_held(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
	/* vmap() may be handed what is reserved, or belongs to somebody else. */
	m = good_mapping(MM_LAYOUT_PLACE_ANY);
	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
	m.state = MM_LAYOUT_PAGE_OUTSIDE;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
	m.state = MM_LAYOUT_PAGE_KERNEL;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
	/* A device has no struct pages. */
	m = good_mapping(MM_LAYOUT_PLACE_PHYS);
	m.state = MM_LAYOUT_PAGE_NONE;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
}

static void owned_violated(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	m.state = MM_LAYOUT_PAGE_KERNEL;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_OWNED,
			 "0xf1000000, 16 pages, owns pfn 0x4000, which is a slab, page table or large kmalloc");
}

/* Whoever maps it. */
static void owned_free(struct kunit *test)
{
	static const enum mm_layout_place places[] = {
		MM_LAYOUT_PLACE_ANY, MM_LAYOUT_PLACE_PAGES, MM_LAYOUT_PLACE_PHYS,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mm_layout_mapping m = good_mapping(places[i]);

		m.state = MM_LAYOUT_PAGE_FREE;
		mapping_violates(test, &m, MM_LAYOUT_VMAP_OWNED,
				 "0xf1000000, 16 pages, maps pfn 0x4000, which is free");
	}
}

/* Where nobody knows what should be there, anything may be. */
static void any_frame(struct kunit *test)
{
	static const unsigned long pfns[] = { 0, 1, FRAME, FRAME + 1, 0xfffff };
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_ANY);
	int i;

	for (i = 0; i < ARRAY_SIZE(pfns); i++) {
		m.pfn = pfns[i];
		mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
		mapping_holds(test, &m, MM_LAYOUT_VMAP_FLAGS);
	}
	/* The frame of an ioremap area is up to other rules. */
	m = good_mapping(MM_LAYOUT_PLACE_PHYS);
	m.pfn++;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_OWNED);
}

/* As the pages of a vmap block that were handed out, but are not mapped yet. */
static void any_empty(struct kunit *test)
{
	struct mm_layout_mapping m = empty_mapping(MM_LAYOUT_PLACE_ANY);

	mapping_unchecked(test, &m);
	m = empty_mapping(MM_LAYOUT_PLACE_PHYS);
	mapping_unchecked(test, &m);
}

static void flags_held(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	/* It is not known what was asked for. */
	m.wanted = MM_LAYOUT_PTE_PRESENT;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_FLAGS);
	m.wanted = m.flags;
	m.asked = true;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_FLAGS);
	m.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_GLOBAL | MM_LAYOUT_PTE_EXEC;
	m.wanted = m.flags;
	mapping_holds(test, &m, MM_LAYOUT_VMAP_FLAGS);
}

static void flags_user(struct kunit *test)
{
	static const enum mm_layout_place places[] = {
		MM_LAYOUT_PLACE_ANY, MM_LAYOUT_PLACE_PAGES, MM_LAYOUT_PLACE_PHYS,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mm_layout_mapping m = good_mapping(places[i]);

		m.flags |= MM_LAYOUT_PTE_USER;
		mapping_violates(test, &m, MM_LAYOUT_VMAP_FLAGS,
				 "0xf1000000, 16 pages, is open to user space");
		/* Not even if somebody has asked for it. */
		m.asked = true;
		m.wanted = m.flags;
		mapping_violates(test, &m, MM_LAYOUT_VMAP_FLAGS,
				 "is open to user space");
	}
}

static void flags_other(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_PAGES);

	m.asked = true;
	m.wanted = MM_LAYOUT_PTE_PRESENT;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_FLAGS,
			 "0xf1000000, 16 pages, has protections 0x6, asked for were 0x2");
	m.wanted = PLAIN;
	m.flags = MM_LAYOUT_PTE_PRESENT;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_FLAGS,
			 "has protections 0x2, asked for were 0x6");
	m.flags = PLAIN | MM_LAYOUT_PTE_EXEC;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_FLAGS,
			 "has protections 0x46, asked for were 0x6");
}

/* === Entries that have to be empty === */

static const struct {
	enum mm_layout_place place;
	enum mm_layout_id id;
	const char *text;
} empty_places[] = {
	{ MM_LAYOUT_PLACE_GUARD, MM_LAYOUT_VMAP_GUARD,
	  "0xf1000000, 16 pages, maps pfn 0x4000, but is a guard page or given back" },
	{ MM_LAYOUT_PLACE_BLOCK, MM_LAYOUT_VMAP_BLOCK,
	  "0xf1000000, 16 pages, maps pfn 0x4000, but is not handed out by its block" },
	{ MM_LAYOUT_PLACE_FREE, MM_LAYOUT_VMAP_STRAY,
	  "0xf1000000, 16 pages, maps pfn 0x4000, but there is no area" },
	{ MM_LAYOUT_PLACE_UNMAPPED, MM_LAYOUT_VMAP_STRAY,
	  "0xf1000000, 16 pages, maps pfn 0x4000, but was just unmapped" },
	{ MM_LAYOUT_PLACE_BEYOND, MM_LAYOUT_VMAP_STRAY,
	  "0xf1000000, 16 pages, maps pfn 0x4000, but is behind the vmalloc range" },
};

static void empty_held(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(empty_places); i++) {
		struct mm_layout_mapping m = empty_mapping(empty_places[i].place);

		mapping_holds(test, &m, empty_places[i].id);
		/* One page, as most guard pages are. */
		m.end = m.start + PAGE_SIZE;
		mapping_holds(test, &m, empty_places[i].id);
		/* There is not even a page table. */
		m.end = m.start + SZ_4M;
		m.leaf = SZ_4M;
		mapping_holds(test, &m, empty_places[i].id);
	}
}

static void empty_violated(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(empty_places); i++) {
		struct mm_layout_mapping m = good_mapping(empty_places[i].place);

		mapping_violates(test, &m, empty_places[i].id, empty_places[i].text);
		/* What it maps, and how, does not matter any more. */
		m.flags |= MM_LAYOUT_PTE_USER;
		m.state = MM_LAYOUT_PAGE_FREE;
		mapping_violates(test, &m, empty_places[i].id, empty_places[i].text);
		m.flags = ABSENT;
		mapping_violates(test, &m, empty_places[i].id, empty_places[i].text);
	}
}

/* The page behind a vmalloc(), and what vrealloc() should have unmapped. */
static void guard_violated(struct kunit *test)
{
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_GUARD);

	m.start = MAPPED_END;
	m.end = AREA_END;
	m.pfn += SZ_64K / PAGE_SIZE;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_GUARD,
			 "0xf1010000, 1 pages, maps pfn 0x4010, but is a guard page");
	m = good_mapping(MM_LAYOUT_PLACE_GUARD);
	m.start += PAGE_SIZE;
	m.pfn++;
	mapping_violates(test, &m, MM_LAYOUT_VMAP_GUARD,
			 "0xf1001000, 15 pages, maps pfn 0x4001, but is a guard page or given back");
}

/* What is not empty and in no area is judged by who has the place by then. */
static void free_owners(struct kunit *test)
{
	static const unsigned int on_the_way[] = {
		0, MM_LAYOUT_TILE_BUSY, MM_LAYOUT_TILE_POOL,
		MM_LAYOUT_TILE_BUSY | MM_LAYOUT_TILE_FREE,
	};
	static const unsigned int free[] = { MM_LAYOUT_TILE_FREE, MM_LAYOUT_TILE_LAZY };
	struct mm_layout_mapping m = good_mapping(MM_LAYOUT_PLACE_FREE);
	int i;

	for (i = 0; i < ARRAY_SIZE(on_the_way); i++) {
		m.owners = on_the_way[i];
		mapping_unchecked(test, &m);
	}
	for (i = 0; i < ARRAY_SIZE(free); i++) {
		m.owners = free[i];
		mapping_violates(test, &m, MM_LAYOUT_VMAP_STRAY,
				 "maps pfn 0x4000, but there is no area");
	}
}

/* === Owners of the range === */

static void tile_held(struct kunit *test)
{
	static const unsigned int owners[] = {
		MM_LAYOUT_TILE_FREE, MM_LAYOUT_TILE_POOL,
		MM_LAYOUT_TILE_LAZY, MM_LAYOUT_TILE_BUSY,
	};
	struct mm_layout_tile t = { .start = START, .end = AREA_END };
	int i;

	for (i = 0; i < ARRAY_SIZE(owners); i++) {
		t.owners = owners[i];
		mm_layout_rules_tile(&t, test->priv);
		mm_layout_expect_held(test, test->priv, MM_LAYOUT_VMAP_TILE);
	}
}

static void tile_violated(struct kunit *test)
{
	static const struct {
		unsigned int owners;
		const char *text;
	} wrong[] = {
		{ 0, "0xf1000000-0xf1011000 is in nothing" },
		{ MM_LAYOUT_TILE_FREE | MM_LAYOUT_TILE_LAZY,
		  "0xf1000000-0xf1011000 is in a free and a lazily freed area" },
		{ MM_LAYOUT_TILE_FREE | MM_LAYOUT_TILE_BUSY,
		  "0xf1000000-0xf1011000 is in a busy and a free area" },
		{ MM_LAYOUT_TILE_LAZY | MM_LAYOUT_TILE_BUSY,
		  "0xf1000000-0xf1011000 is in a busy and a lazily freed area" },
		/* Two of them are enough to be told. */
		{ MM_LAYOUT_TILE_FREE | MM_LAYOUT_TILE_LAZY | MM_LAYOUT_TILE_BUSY,
		  "is in a busy and a lazily freed area" },
	};
	struct mm_layout_tile t = { .start = START, .end = AREA_END };
	int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		t.owners = wrong[i].owners;
		mm_layout_rules_tile(&t, test->priv);
		mm_layout_expect_one(test, MM_LAYOUT_VMAP_TILE, START, AREA_END,
				     wrong[i].text);
	}
}

/* === vmap blocks === */

/* Twenty pages were given back, and will not be handed out again. */
static struct mm_layout_vmap_block good_block(void)
{
	return (struct mm_layout_vmap_block) {
		.start = START, .pages = 1024, .used = 4, .free = 1000, .dirty = 20,
	};
}

static void block_holds(struct kunit *test, const struct mm_layout_vmap_block *b)
{
	mm_layout_rules_vmap_block(b, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_VMAP_BLOCK);
}

static void block_violates(struct kunit *test, const struct mm_layout_vmap_block *b,
			   const char *text)
{
	mm_layout_rules_vmap_block(b, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_VMAP_BLOCK, b->start,
			     b->start + b->pages * PAGE_SIZE, text);
}

static void block_held(struct kunit *test)
{
	struct mm_layout_vmap_block b = good_block();

	block_holds(test, &b);
	/* It is used up, and all of it was given back. */
	b.used = b.pages;
	b.free = 0;
	b.dirty = 0;
	block_holds(test, &b);
	b.used = 0;
	b.dirty = b.pages;
	block_holds(test, &b);
	/* The smallest one that there is on 32 bit. */
	b = good_block();
	b.pages = 64;
	b.free = 40;
	block_holds(test, &b);
}

static void block_counts(struct kunit *test)
{
	struct mm_layout_vmap_block b = good_block();

	b.used++;
	block_violates(test, &b,
		       "block at 0xf1000000 of 1024 pages counts 5 used, 1000 free, 20 dirty");
	b = good_block();
	b.free++;
	block_violates(test, &b, "counts 4 used, 1001 free, 20 dirty");
	/* One that is being unmapped. */
	b = good_block();
	b.used--;
	block_holds(test, &b);
	/* Given back twice. */
	b = good_block();
	b.dirty *= 2;
	block_violates(test, &b, "counts 4 used, 1000 free, 40 dirty");
}

/* The counts add up, but a page is in use that was never handed out. */
static void block_stray(struct kunit *test)
{
	struct mm_layout_vmap_block b = good_block();

	b.stray = true;
	block_violates(test, &b,
		       "block at 0xf1000000 of 1024 pages uses one that it has never handed out");
}

static struct kunit_case rules_vmalloc_cases[] = {
	KUNIT_CASE(area_neighbours),
	KUNIT_CASE(area_oddities),
	KUNIT_CASE(area_place),
	KUNIT_CASE(area_overlaps_prev),
	KUNIT_CASE(area_overlaps_next),
	KUNIT_CASE(area_overlaps_between),
	KUNIT_CASE(area_without_guard),
	KUNIT_CASE(area_not_listed),
	KUNIT_CASE(area_other_vm),
	KUNIT_CASE(pages_held),
	KUNIT_CASE(pages_not_mapped),
	KUNIT_CASE(pages_other_pfn),
	KUNIT_CASE(pages_other_slab),
	KUNIT_CASE(owned_held),
	KUNIT_CASE(owned_violated),
	KUNIT_CASE(owned_free),
	KUNIT_CASE(any_frame),
	KUNIT_CASE(any_empty),
	KUNIT_CASE(flags_held),
	KUNIT_CASE(flags_user),
	KUNIT_CASE(flags_other),
	KUNIT_CASE(empty_held),
	KUNIT_CASE(empty_violated),
	KUNIT_CASE(guard_violated),
	KUNIT_CASE(free_owners),
	KUNIT_CASE(tile_held),
	KUNIT_CASE(tile_violated),
	KUNIT_CASE(block_held),
	KUNIT_CASE(block_counts),
	KUNIT_CASE(block_stray),
	{}
};

static struct kunit_suite rules_vmalloc_suite = {
	.name = "mm_layout_rules_vmalloc",
	.init = mm_layout_rules_init,
	.test_cases = rules_vmalloc_cases,
};

kunit_test_suite(rules_vmalloc_suite);
