/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of mm/layout_debug/ share.
 *
 * Data flows one way:
 *
 *   checks/    readers: take the locks, walk, copy numbers into facts
 *   rules/     pure functions of facts, which call mm_layout_expect()
 *   core.c     runs a check, looks a second time at what it found
 *   hooks.c    collects what hooks have found when memory was handed out
 *   report.c   tells the console, the tracepoint and the panic settings
 *
 * A fact is a plain struct of numbers. But for names, nothing in it points into
 * the running kernel, so that KUnit can feed a rule with any layout, right or
 * wrong.
 */
#ifndef _MM_LAYOUT_DEBUG_LAYOUT_H
#define _MM_LAYOUT_DEBUG_LAYOUT_H

#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/mm_layout_debug.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include <linux/ratelimit_types.h>
#include <linux/types.h>

struct kmem_cache;
struct seq_file;
struct slab;

/* === Invariants and checks === */

enum mm_layout_id {
#define INVARIANT(id, ...)	MM_LAYOUT_##id,
#include "invariants.h"
#undef INVARIANT
	MM_LAYOUT_NR
};

enum mm_layout_check_id {
	MM_LAYOUT_CHECK_REGIONS,
	MM_LAYOUT_CHECK_LINEAR,
	MM_LAYOUT_CHECK_ZONES,
	MM_LAYOUT_CHECK_MEMMAP,
	MM_LAYOUT_CHECK_BUDDY,
	MM_LAYOUT_CHECK_SLAB,
	MM_LAYOUT_CHECK_ALLOC,
	MM_LAYOUT_CHECK_VMALLOC,
	MM_LAYOUT_CHECK_IOREMAP,
	MM_LAYOUT_CHECK_KMAP,
	MM_LAYOUT_CHECK_FIXED,
	MM_LAYOUT_CHECK_PGDIR,
	MM_LAYOUT_CHECK_PROT,
	MM_LAYOUT_CHECK_ADDRESS,
	MM_LAYOUT_NR_CHECKS
};

/* Where the number of a check is asked for: every check, */
#define MM_LAYOUT_CHECK_ALL	MM_LAYOUT_NR_CHECKS
/* or none, but what hooks have found. */
#define MM_LAYOUT_CHECK_HOOKS	(MM_LAYOUT_NR_CHECKS + 1)

/**
 * struct mm_layout_invariant - one line of invariants.h
 * @name: as in reports and debugfs
 * @sentence: what holds on a healthy kernel
 * @check: the check that looks at it
 */
struct mm_layout_invariant {
	const char *name;
	const char *sentence;
	enum mm_layout_check_id check;
};

extern const struct mm_layout_invariant mm_layout_invariants[MM_LAYOUT_NR];

/* Does a scan of @check, or of %MM_LAYOUT_CHECK_ALL, look at the invariant? */
static inline bool mm_layout_covers(unsigned int check, enum mm_layout_id id)
{
	return check >= MM_LAYOUT_NR_CHECKS ||
	       mm_layout_invariants[id].check == check;
}

/* === What rules say === */

/* What the range of a violation counts. */
enum mm_layout_unit {
	MM_LAYOUT_ADDR,		/* virtual addresses */
	MM_LAYOUT_PFN,		/* page frames */
	MM_LAYOUT_ZONE,		/* node * MAX_NR_ZONES + zone */
};

#define MM_LAYOUT_WHAT_LEN		112
#define MM_LAYOUT_MAX_VIOLATIONS	32
/* So many violations of one invariant are kept; the rest is counted. */
#define MM_LAYOUT_MAX_PER_INVARIANT	8
/* So many callers are printed of what a hook has found. */
#define MM_LAYOUT_STACK_DEPTH		12

/**
 * struct mm_layout_violation - an invariant that does not hold
 * @id: which
 * @unit: what @start and @end count
 * @start: first address, pfn or zone that is wrong
 * @end: behind the last one; 0 means up to the end of the address space
 * @what: what was found and what was expected
 * @hooked: found by a hook
 * @nr_entries: entries in @entries
 * @entries: addresses of the callers of the hook that has found it
 */
struct mm_layout_violation {
	enum mm_layout_id id;
	enum mm_layout_unit unit;
	unsigned long start;
	unsigned long end;
	char what[MM_LAYOUT_WHAT_LEN];
	bool hooked;
	unsigned int nr_entries;
	unsigned long entries[MM_LAYOUT_STACK_DEPTH];
};

/**
 * struct mm_layout_result - what a scan has found so far
 * @facts: how many facts each invariant was checked on
 * @violations: how many of them violate it, recorded or not
 * @skipped: how many facts could not be had
 * @reason: why, for the last one of @skipped
 * @locks: how often a lock was taken that vmalloc() waits for
 * @longest_lock: the longest time that one was held, in ns
 * @nr: number of entries in @violation
 * @violation: the first violations of each invariant
 */
struct mm_layout_result {
	unsigned long facts[MM_LAYOUT_NR];
	unsigned long violations[MM_LAYOUT_NR];
	unsigned long skipped[MM_LAYOUT_NR];
	const char *reason[MM_LAYOUT_NR];
	unsigned long locks;
	u64 longest_lock;
	unsigned int nr;
	struct mm_layout_violation violation[MM_LAYOUT_MAX_VIOLATIONS];
};

__printf(6, 0)
struct mm_layout_violation *
mm_layout_note(struct mm_layout_result *res, enum mm_layout_id id,
	       enum mm_layout_unit unit, unsigned long start, unsigned long end,
	       const char *fmt, va_list args);
__printf(6, 7)
void mm_layout_violated(struct mm_layout_result *res, enum mm_layout_id id,
			enum mm_layout_unit unit, unsigned long start,
			unsigned long end, const char *fmt, ...);
void mm_layout_skip(struct mm_layout_result *res, enum mm_layout_id id,
		    const char *reason);
void mm_layout_skip_check(struct mm_layout_result *res,
			  enum mm_layout_check_id check, const char *reason);

/*
 * Used by rules: counts a fact that invariant @_id was checked on, and records
 * a violation if @_ok is false. Evaluates @_start and later arguments only then.
 * Hooks count for themselves, and have no result: @_res is NULL.
 */
#define mm_layout_expect(_res, _id, _ok, _unit, _start, _end, ...)	\
do {									\
	struct mm_layout_result *__res = (_res);			\
									\
	if (__res)							\
		__res->facts[MM_LAYOUT_##_id]++;			\
	if (unlikely(!(_ok)))						\
		mm_layout_violated(__res, MM_LAYOUT_##_id,		\
				   MM_LAYOUT_##_unit, _start, _end,	\
				   __VA_ARGS__);			\
} while (0)

/* === Facts and rules: regions === */

void mm_layout_rules_regions(const struct mm_layout_region *regions,
			     unsigned int nr, struct mm_layout_result *res);
void mm_layout_rules_bounds(const struct mm_layout_bounds *b,
			    struct mm_layout_result *res);

/* === Facts and rules: linear map === */

/* What the physical memory behind a part of the linear map is. */
enum mm_layout_backing {
	MM_LAYOUT_LOW1M,	/* the first megabyte: always mapped */
	MM_LAYOUT_RAM,		/* RAM below max_low_pfn */
	MM_LAYOUT_BOOT,		/* no RAM, but mapped by the boot code */
	MM_LAYOUT_HOLE,		/* no RAM */
	MM_LAYOUT_BEYOND,	/* between high_memory and the vmalloc range */
};

/* What the page is that has its linear address where an extent is. */
enum mm_layout_page_state {
	MM_LAYOUT_PAGE_ANY,	/* not looked at: the entry is an ordinary one */
	MM_LAYOUT_PAGE_FREE,	/* in a free list of the page allocator */
	MM_LAYOUT_PAGE_HELD,	/* in use, or not known to be free */
	MM_LAYOUT_PAGE_OUTSIDE,	/* reserved: never owned by the page allocator */
	MM_LAYOUT_PAGE_KERNEL,	/* slab, page table or large kmalloc */
	MM_LAYOUT_PAGE_KFENCE,	/* in the KFENCE pool */
	MM_LAYOUT_PAGE_IMAGE,	/* text or data of the kernel image */
	MM_LAYOUT_PAGE_NONE,	/* has no struct page */
};

/**
 * struct mm_layout_extent - a run of page-table entries that are alike
 * @start: first address
 * @end: address behind the last byte
 * @pfn: frame that @start leads to; the following pages follow it
 * @leaf: bytes that one entry maps
 * @flags: MM_LAYOUT_PTE_*
 * @state: what the page is, where that matters
 * @backing: what the physical memory is
 */
struct mm_layout_extent {
	unsigned long start;
	unsigned long end;
	unsigned long pfn;
	unsigned long leaf;
	unsigned int flags;
	enum mm_layout_page_state state;
	enum mm_layout_backing backing;
};

/**
 * struct mm_layout_linear - what the linear map has to look like
 * @page_offset: address of frame @first_pfn
 * @first_pfn: frame that is mapped first
 * @image_start: first address of the kernel image
 * @image_end: address behind it
 * @ro_start: first address of text and read-only data
 * @ro_end: address behind them; 0 as long as they are not write-protected
 * @global_ok: ordinary entries may be global
 * @free_unmapped: free pages are unmapped (debug_pagealloc)
 * @soft_ok: a self test of the page attribute code uses the software bits
 */
struct mm_layout_linear {
	unsigned long page_offset;
	unsigned long first_pfn;
	unsigned long image_start;
	unsigned long image_end;
	unsigned long ro_start;
	unsigned long ro_end;
	bool global_ok;
	bool free_unmapped;
	bool soft_ok;
};

/**
 * struct mm_layout_tracked - a range of frames and pfn_range_is_mapped()
 * @start_pfn: first frame
 * @end_pfn: behind the last frame
 * @ram: the range is RAM, else it is a hole
 * @tracked: true if pfn_range_is_mapped() covers all of a range of RAM, or any
 *	frame of a hole
 */
struct mm_layout_tracked {
	unsigned long start_pfn;
	unsigned long end_pfn;
	bool ram;
	bool tracked;
};

/**
 * struct mm_layout_mapped - how far the linear map reaches
 * @name: the variable that says so
 * @end_pfn: its value
 * @ram_end_pfn: pfn behind the last RAM below max_low_pfn, which need not be
 *	RAM itself
 */
struct mm_layout_mapped {
	const char *name;
	unsigned long end_pfn;
	unsigned long ram_end_pfn;
};

/**
 * struct mm_layout_object - something that has to be in lowmem
 * @name: what it is
 * @pfn: its frame
 * @max_low_pfn: pfn behind lowmem
 */
struct mm_layout_object {
	const char *name;
	unsigned long pfn;
	unsigned long max_low_pfn;
};

void mm_layout_rules_extent(const struct mm_layout_extent *e,
			    const struct mm_layout_linear *l,
			    struct mm_layout_result *res);
void mm_layout_rules_tracked(const struct mm_layout_tracked *t,
			     struct mm_layout_result *res);
void mm_layout_rules_mapped(const struct mm_layout_mapped *m,
			    struct mm_layout_result *res);
void mm_layout_rules_object(const struct mm_layout_object *o,
			    struct mm_layout_result *res);

/* === Facts and rules: zones === */

/**
 * struct mm_layout_zone - a populated zone
 * @name: its name
 * @nid: its node
 * @idx: its number in the node
 * @highmem: its pages may have no address
 * @movable: only movable pages belong there
 * @overlap_ok: its span may legally overlap that of other zones
 * @contiguous: marked as having no holes
 * @start_pfn: first frame of the span
 * @end_pfn: pfn behind the span
 * @block: pages in a pageblock
 * @present: present pages by the zone's own account
 * @early: those of them that were there at boot, by the same
 * @managed: pages that belong to the page allocator, by the same
 * @ram: pages of RAM that was there at boot, counted
 * @reserved: reserved ones among them, counted
 * @offline: those that a balloon has taken away, counted if that matters
 * @reserve: lowmem_reserve of the zone, in pages
 */
struct mm_layout_zone {
	const char *name;
	int nid;
	unsigned int idx;
	bool highmem;
	bool movable;
	bool overlap_ok;
	bool contiguous;
	unsigned long start_pfn;
	unsigned long end_pfn;
	unsigned long block;
	unsigned long present;
	unsigned long early;
	unsigned long managed;
	unsigned long ram;
	unsigned long reserved;
	unsigned long offline;
	long reserve[MAX_NR_ZONES];
};

/* What a violation of unit MM_LAYOUT_ZONE counts. */
static inline unsigned long mm_layout_zone_key(int nid, unsigned int idx)
{
	return nid * MAX_NR_ZONES + idx;
}

/**
 * struct mm_layout_zoneref - two neighbours in a zonelist
 * @list_nid: node whose list it is
 * @nid: node of the zone
 * @idx: number of the zone
 * @prev_nid: node of the zone before it; %NUMA_NO_NODE if there is none
 * @prev_idx: number of the zone before it
 * @populated: the zone has pages
 */
struct mm_layout_zoneref {
	int list_nid;
	int nid;
	unsigned int idx;
	int prev_nid;
	unsigned int prev_idx;
	bool populated;
};

/**
 * struct mm_layout_zonelist - a zonelist as a whole
 * @nid: node whose list it is
 * @refs: zones in the list
 * @populated: zones with pages that should be in it
 */
struct mm_layout_zonelist {
	int nid;
	unsigned long refs;
	unsigned long populated;
};

/**
 * struct mm_layout_gfp - which zone a gfp mask selects
 * @name: the mask
 * @zone: what gfp_zone() says
 * @expected: what the name of the mask says
 */
struct mm_layout_gfp {
	const char *name;
	unsigned int zone;
	unsigned int expected;
};

/**
 * struct mm_layout_totals - the sums over all zones, in pages
 * @totalram: totalram_pages()
 * @managed: sum of the managed pages
 * @totalhigh: totalhigh_pages()
 * @managed_high: sum of the managed pages of highmem zones
 * @present: sum of the present pages
 * @ram: pages of RAM below max_pfn, or %MM_LAYOUT_UNKNOWN
 */
struct mm_layout_totals {
	unsigned long totalram;
	unsigned long managed;
	unsigned long totalhigh;
	unsigned long managed_high;
	unsigned long present;
	unsigned long ram;
};

void mm_layout_rules_zone(const struct mm_layout_zone *z,
			  const struct mm_layout_zone *prev,
			  const struct mm_layout_bounds *b,
			  struct mm_layout_result *res);
void mm_layout_rules_zoneref(const struct mm_layout_zoneref *r,
			     struct mm_layout_result *res);
void mm_layout_rules_zonelist(const struct mm_layout_zonelist *l,
			      struct mm_layout_result *res);
void mm_layout_rules_gfp(const struct mm_layout_gfp *g,
			 struct mm_layout_result *res);
void mm_layout_rules_totals(const struct mm_layout_totals *t,
			    struct mm_layout_result *res);

/* === Facts and rules: struct pages === */

/**
 * struct mm_layout_pages - a run of struct pages that are alike
 * @start_pfn: first frame
 * @end_pfn: behind the last one
 * @absent: there are no struct pages; if so, nothing else is known
 * @ram: the frames are RAM
 * @nid: node that the pages link to
 * @zone: number of the zone that the pages link to
 * @highmem: PageHighMem()
 * @reserved: PageReserved()
 * @free: PageBuddy(); looked at in holes only
 * @kernel: slab, page table or large kmalloc; looked at in highmem and movable
 *	memory only
 * @highpte: page table that may be in highmem; looked at where @kernel is
 * @cma: @kernel or @highpte was seen in a CMA pageblock
 */
struct mm_layout_pages {
	unsigned long start_pfn;
	unsigned long end_pfn;
	bool absent;
	bool ram;
	int nid;
	unsigned int zone;
	bool highmem;
	bool reserved;
	bool free;
	bool kernel;
	bool highpte;
	bool cma;
};

static inline bool mm_layout_links_to(const struct mm_layout_pages *p,
				      const struct mm_layout_zone *z)
{
	return p->zone == z->idx && p->nid == z->nid;
}

/**
 * struct mm_layout_memmap - where the struct page of a frame is
 * @pfn: the frame
 * @looked_up: page_to_pfn() reads what the page says of itself, it does not
 *	only compute
 * @back_pfn: page_to_pfn(pfn_to_page(@pfn)), if @looked_up
 * @in_linear: the struct page has to be in the linear map (no vmemmap)
 * @map_pfn: frame that holds the struct page, if @in_linear
 * @map_reserved: that frame is reserved
 * @max_low_pfn: pfn behind lowmem
 */
struct mm_layout_memmap {
	unsigned long pfn;
	bool looked_up;
	unsigned long back_pfn;
	bool in_linear;
	unsigned long map_pfn;
	bool map_reserved;
	unsigned long max_low_pfn;
};

/**
 * struct mm_layout_address - the address of a highmem page
 * @pfn: the frame
 * @address: page_address(), 0 if it has none
 * @window_start: first address of the kmap window
 * @window_end: address behind it
 */
struct mm_layout_address {
	unsigned long pfn;
	unsigned long address;
	unsigned long window_start;
	unsigned long window_end;
};

void mm_layout_rules_zone_pages(const struct mm_layout_zone *z,
				struct mm_layout_result *res);
void mm_layout_rules_pages(const struct mm_layout_pages *p,
			   const struct mm_layout_zone *z,
			   const struct mm_layout_bounds *b,
			   struct mm_layout_result *res);
void mm_layout_rules_memmap(const struct mm_layout_memmap *m,
			    struct mm_layout_result *res);
void mm_layout_rules_address(const struct mm_layout_address *a,
			     struct mm_layout_result *res);

/* === Facts and rules: buddy allocator === */

/**
 * struct mm_layout_free_block - an entry of a free list
 * @pfn: first frame of the block
 * @valid: there is a struct page for it; if not, nothing else is known
 * @buddy: PageBuddy()
 * @order: order of the block by its first page
 * @list_order: order of the list
 * @nid: node that the page links to
 * @zone: number of the zone that the page links to
 * @list_type: migrate type of the list
 * @block_type: migrate type of the pageblock; -1 if the page links to another
 *	zone than the list's
 * @used: an inner frame that is in use or heads another block; 0 if none is
 */
struct mm_layout_free_block {
	unsigned long pfn;
	bool valid;
	bool buddy;
	unsigned long order;
	unsigned int list_order;
	int nid;
	unsigned int zone;
	int list_type;
	int block_type;
	unsigned long used;
};

/**
 * struct mm_layout_free_count - the length of the free lists of one order
 * @order: which
 * @walked: entries seen
 * @nr_free: entries by the allocator's own account
 */
struct mm_layout_free_count {
	unsigned int order;
	unsigned long walked;
	unsigned long nr_free;
};

/**
 * struct mm_layout_pcp_page - an entry of a per-CPU list
 * @cpu: whose
 * @pfn: its frame
 * @valid: there is a struct page for it; if not, nothing else is known
 * @buddy: PageBuddy()
 * @nid: node that the page links to
 * @zone: number of the zone that the page links to
 */
struct mm_layout_pcp_page {
	unsigned int cpu;
	unsigned long pfn;
	bool valid;
	bool buddy;
	int nid;
	unsigned int zone;
};

/**
 * struct mm_layout_block - pages that belong together at the border of a zone
 * @start_pfn: first frame
 * @end_pfn: behind the last frame
 * @border_pfn: the first frame that belongs to another zone
 * @free: a free block, else a folio
 */
struct mm_layout_block {
	unsigned long start_pfn;
	unsigned long end_pfn;
	unsigned long border_pfn;
	bool free;
};

void mm_layout_rules_free_block(const struct mm_layout_free_block *f,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res);
void mm_layout_rules_free_count(const struct mm_layout_free_count *c,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res);
void mm_layout_rules_free_total(unsigned long sum, unsigned long counter,
				const struct mm_layout_zone *z,
				struct mm_layout_result *res);
void mm_layout_rules_pcp_page(const struct mm_layout_pcp_page *p,
			      const struct mm_layout_zone *z,
			      struct mm_layout_result *res);
void mm_layout_rules_block(const struct mm_layout_block *blk,
			   struct mm_layout_result *res);

/* === Facts and rules: pages that are handed out === */

/**
 * struct mm_layout_handed - a block that the page allocator hands out
 * @pfn: first frame
 * @order: pages in the block, as a power of two
 * @link: zone and node of the first page, as they are in its flags
 * @last_link: the same of the last page
 * @zone: number of the zone of the first page
 * @max_zone: number of the highest zone that the gfp mask allows
 */
struct mm_layout_handed {
	unsigned long pfn;
	unsigned int order;
	unsigned long link;
	unsigned long last_link;
	unsigned int zone;
	unsigned int max_zone;
};

/* An allocation falls back to lower zones only. */
static inline bool mm_layout_zone_fits(const struct mm_layout_handed *h)
{
	return h->zone <= h->max_zone;
}

static inline bool mm_layout_block_fits(const struct mm_layout_handed *h)
{
	return !(h->pfn & (BIT(h->order) - 1)) && h->link == h->last_link;
}

void mm_layout_rules_handed(const struct mm_layout_handed *h,
			    struct mm_layout_result *res);

/* === Facts and rules: slabs === */

/**
 * struct mm_layout_cache - a slab cache
 * @name: its name; may go when the cache does
 * @size: bytes from one object to the next
 * @order: of its slabs, as a power of two of pages
 * @objects: in a slab of that order
 * @min_order: of a slab that is made when no block of @order is free
 * @min_objects: in such a slab
 * @max_zone: number of the highest zone that its slabs may be in
 */
struct mm_layout_cache {
	const char *name;
	unsigned int size;
	unsigned int order;
	unsigned int objects;
	unsigned int min_order;
	unsigned int min_objects;
	unsigned int max_zone;
};

/**
 * struct mm_layout_slab - a slab, or the pages of a large kmalloc
 * @large: a large kmalloc
 * @pfn: first frame
 * @order: pages, as a power of two
 * @zone: number of the zone that the first page links to
 * @max_zone: number of the highest zone that it may be in
 * @highmem: @zone is one of highmem
 * @refcount: of the first page
 * @stray_pfn: a frame that should be part of it, but is not; 0 if there is none
 * @walked: @unmapped_pfn is known
 * @unmapped_pfn: a frame that is not mapped writable at its linear address;
 *	%MM_LAYOUT_UNKNOWN if there is none
 * @bytes: asked for, by a large kmalloc; 0 if that is not known
 * @cache: address of the cache, by the slab
 * @cache_ok: there is a cache at that address
 * @objects: in the slab, by itself
 * @inuse: objects that are not on its free list
 */
struct mm_layout_slab {
	bool large;
	unsigned long pfn;
	unsigned int order;
	unsigned int zone;
	unsigned int max_zone;
	bool highmem;
	int refcount;
	unsigned long stray_pfn;
	bool walked;
	unsigned long unmapped_pfn;
	unsigned long bytes;
	unsigned long cache;
	bool cache_ok;
	unsigned int objects;
	unsigned int inuse;
};

/**
 * struct mm_layout_partial - the partial slabs of a cache on a node
 * @name: of the cache
 * @cache: address of the cache
 * @nid: the node
 * @walked: slabs in the list
 * @nr_partial: slabs in it, by the cache's own account
 * @wrong: what an entry is that does not belong there; NULL if all do
 * @wrong_pfn: frame of that entry; 0 if it is none
 */
struct mm_layout_partial {
	const char *name;
	unsigned long cache;
	int nid;
	unsigned long walked;
	unsigned long nr_partial;
	const char *wrong;
	unsigned long wrong_pfn;
};

/**
 * struct mm_layout_slab_count - how many slabs a cache has
 * @name: of the cache
 * @cache: address of the cache
 * @nr_slabs: by its own account
 * @found: slabs that say that they belong to it
 */
struct mm_layout_slab_count {
	const char *name;
	unsigned long cache;
	unsigned long nr_slabs;
	unsigned long found;
};

void mm_layout_rules_slab(const struct mm_layout_slab *s,
			  const struct mm_layout_cache *c,
			  struct mm_layout_result *res);
void mm_layout_rules_partial(const struct mm_layout_partial *p,
			     struct mm_layout_result *res);
void mm_layout_rules_slab_count(const struct mm_layout_slab_count *c,
				struct mm_layout_result *res);

/* In mm/slub.c, for what is known there only. */
void mm_layout_read_cache(const struct kmem_cache *s, struct mm_layout_cache *c);
unsigned long mm_layout_nr_slabs(struct kmem_cache *s);
bool mm_layout_read_partial(struct kmem_cache *s, int nid, unsigned long max,
			    struct mm_layout_partial *p);
bool mm_layout_on_freelist(const struct kmem_cache *s, const struct slab *slab,
			   const void *object);

/* === Facts and rules: vmalloc and ioremap === */

/* What a vmap area is for. */
enum mm_layout_area_kind {
	MM_LAYOUT_AREA_VMALLOC,		/* vmalloc(), and what builds upon it */
	MM_LAYOUT_AREA_MODULE,		/* the same, in use by a module */
	MM_LAYOUT_AREA_VMAP,		/* vmap() */
	MM_LAYOUT_AREA_IOREMAP,		/* ioremap(), and others who mark it so */
	MM_LAYOUT_AREA_PERCPU,		/* chunks of the per-CPU allocator */
	MM_LAYOUT_AREA_MAP_RAM,		/* a large vm_map_ram() */
	MM_LAYOUT_AREA_BLOCK,		/* a block for small ones */
	MM_LAYOUT_AREA_OTHER,
	MM_LAYOUT_NR_AREA_KINDS
};

/**
 * struct mm_layout_area - a busy vmap area
 * @start: first address
 * @end: address behind the area and its guard page
 * @kind: what it is for
 * @ready: it is not in the making, as far as it says so
 * @outside: it is in no range where areas may be
 * @prev_end: end of the one before it in the tree; 0 if there is none
 * @next_start: start of the one behind it in the tree; 0 if there is none
 * @listed: its neighbours in the list are those in the tree
 * @vm_start: first address by its vm_struct
 * @vm_end: address behind it by that; 0 if it has no vm_struct
 * @mapped_end: address behind what may be mapped
 * @guard: a guard page has to follow
 * @nr_pages: pages that it has recorded
 * @align: what @start must be a multiple of, in bytes; 0 if anything goes
 * @phys: physical address that it leads to; 0 if that is not recorded
 * @caller: who has made it, as a return address; 0 if that is not known
 */
struct mm_layout_area {
	unsigned long start;
	unsigned long end;
	enum mm_layout_area_kind kind;
	bool ready;
	bool outside;
	unsigned long prev_end;
	unsigned long next_start;
	bool listed;
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long mapped_end;
	bool guard;
	unsigned long nr_pages;
	unsigned long align;
	phys_addr_t phys;
	unsigned long caller;
};

/* What is to be expected of a place in the vmalloc range. */
enum mm_layout_place {
	MM_LAYOUT_PLACE_ANY,		/* nobody knows */
	MM_LAYOUT_PLACE_PAGES,		/* recorded pages */
	MM_LAYOUT_PLACE_PHYS,		/* a recorded physical address */
	MM_LAYOUT_PLACE_GUARD,		/* nothing: unused by its area */
	MM_LAYOUT_PLACE_BLOCK,		/* nothing: unused in its vmap block */
	MM_LAYOUT_PLACE_FREE,		/* nothing: outside of all areas */
	MM_LAYOUT_PLACE_UNMAPPED,	/* nothing: just unmapped */
	MM_LAYOUT_PLACE_BEYOND,		/* nothing: behind the vmalloc range */
};

/* Who says that a place in the vmalloc range is his. */
#define MM_LAYOUT_TILE_FREE	BIT(0)
#define MM_LAYOUT_TILE_POOL	BIT(1)	/* free, kept for a node */
#define MM_LAYOUT_TILE_LAZY	BIT(2)	/* freed, but not flushed from TLBs */
#define MM_LAYOUT_TILE_BUSY	BIT(3)

/**
 * struct mm_layout_mapping - a run of page-table entries that are alike
 * @start: first address
 * @end: address behind the last byte
 * @leaf: bytes that one entry maps
 * @flags: MM_LAYOUT_PTE_*
 * @wanted: MM_LAYOUT_PTE_* that were asked for, if @asked
 * @asked: it was just mapped, by who knows what for
 * @place: what is to be expected
 * @pfn: frame that @start leads to
 * @recorded: frame that it should lead to; %MM_LAYOUT_UNKNOWN if nobody knows.
 *	The following pages differ from what is recorded for them by the same
 * @state: what the page is, where that matters
 * @cache: cache mode, as the architecture counts them
 * @owners: MM_LAYOUT_TILE_*, of what is in no area
 */
struct mm_layout_mapping {
	unsigned long start;
	unsigned long end;
	unsigned long leaf;
	unsigned int flags;
	unsigned int wanted;
	bool asked;
	enum mm_layout_place place;
	unsigned long pfn;
	unsigned long recorded;
	enum mm_layout_page_state state;
	unsigned int cache;
	unsigned int owners;
};

/**
 * struct mm_layout_tile - a piece of the vmalloc range with the same owners
 * @start: first address
 * @end: address behind the last byte
 * @owners: MM_LAYOUT_TILE_*; 0 when it is on the way from one to the other
 * @flags: of the entry at @start, MM_LAYOUT_PTE_*
 * @pfn: frame that @start leads to
 * @held: how long that was read with a lock held, in ns
 */
struct mm_layout_tile {
	unsigned long start;
	unsigned long end;
	unsigned int owners;
	unsigned int flags;
	unsigned long pfn;
	u64 held;
};

/**
 * struct mm_layout_vmap_block - a block of which vm_map_ram() hands out parts
 * @start: first address
 * @pages: pages in it
 * @used: handed out
 * @free: never handed out: the last ones of the block
 * @dirty: given back
 * @stray: a bit of @used that is in @free
 */
struct mm_layout_vmap_block {
	unsigned long start;
	unsigned long pages;
	unsigned long used;
	unsigned long free;
	unsigned long dirty;
	bool stray;
};

/**
 * struct mm_layout_memtype - the cache mode of a part of an ioremap area
 * @start: first address
 * @end: address behind the last byte
 * @pfn: frame that @start leads to
 * @cache: mode by the page-table entry
 * @reserved: mode by the memory type that is reserved for the frame
 * @cache_name: name of @cache
 * @reserved_name: name of @reserved
 */
struct mm_layout_memtype {
	unsigned long start;
	unsigned long end;
	unsigned long pfn;
	unsigned int cache;
	unsigned int reserved;
	const char *cache_name;
	const char *reserved_name;
};

/**
 * struct mm_layout_io_pages - RAM that an ioremap area leads to
 * @start: first address
 * @end: address behind the last byte
 * @pfn: frame that @start leads to
 * @used: the kernel uses it: it is not reserved
 */
struct mm_layout_io_pages {
	unsigned long start;
	unsigned long end;
	unsigned long pfn;
	bool used;
};

void mm_layout_rules_area(const struct mm_layout_area *a,
			  struct mm_layout_result *res);
void mm_layout_rules_mapping(const struct mm_layout_mapping *m,
			     struct mm_layout_result *res);
void mm_layout_rules_tile(const struct mm_layout_tile *t,
			  struct mm_layout_result *res);
void mm_layout_rules_vmap_block(const struct mm_layout_vmap_block *b,
				struct mm_layout_result *res);

void mm_layout_rules_ioremap_area(const struct mm_layout_area *a,
				  struct mm_layout_result *res);
void mm_layout_rules_ioremap(const struct mm_layout_mapping *m,
			     struct mm_layout_result *res);
void mm_layout_rules_memtype(const struct mm_layout_memtype *t,
			     struct mm_layout_result *res);
void mm_layout_rules_io_pages(const struct mm_layout_io_pages *p,
			      struct mm_layout_result *res);
void mm_layout_rules_early_ioremap(const struct mm_layout_mapping *m,
				   struct mm_layout_result *res);

/* The largest vmap block, in pages. */
#define MM_LAYOUT_MAX_BLOCK	1024

/* In mm/vmalloc.c, for what is known there only. */
typedef void (*mm_layout_area_fn)(const struct mm_layout_area *a,
				  struct page *const *pages, void *arg);
bool mm_layout_read_area(unsigned long addr, mm_layout_area_fn fn, void *arg);
bool mm_layout_try_area(unsigned long addr, struct mm_layout_area *a);
void mm_layout_read_tile(unsigned long addr, struct mm_layout_tile *t);
bool mm_layout_read_vmap_block(unsigned long addr,
			       struct mm_layout_vmap_block *b,
			       unsigned long *used_map);

/* === Facts and rules: kmap and kmap_local === */

/**
 * struct mm_layout_kmap - a slot of the kmap window
 * @addr: its address
 * @count: 0 if it is free, 1 if it is mapped without a user, else users + 1
 * @flags: of its entry, MM_LAYOUT_PTE_*
 * @wanted: MM_LAYOUT_PTE_* that kmap() asks for
 * @pfn: frame that it leads to
 * @highmem: that frame is highmem
 * @address: page_address() of that frame; 0 if it has none
 * @recorded: frame that the address of the slot is recorded for
 */
struct mm_layout_kmap {
	unsigned long addr;
	int count;
	unsigned int flags;
	unsigned int wanted;
	unsigned long pfn;
	bool highmem;
	unsigned long address;
	unsigned long recorded;
};

/**
 * struct mm_layout_slot - where the entry of a slot is
 * @addr: address of the slot
 * @entry: address of the entry that is used for it
 * @walked: the same by a page-table walk
 */
struct mm_layout_slot {
	unsigned long addr;
	unsigned long entry;
	unsigned long walked;
};

/**
 * struct mm_layout_local - a slot of kmap_local_page()
 * @addr: its address
 * @cpu: whose it is
 * @guard: it is there to catch stray accesses (DEBUG_KMAP_LOCAL)
 * @used: the task on that CPU uses it
 * @value: of its entry, without what the CPU sets
 * @recorded: the same as the task has recorded it, if @used
 */
struct mm_layout_local {
	unsigned long addr;
	unsigned int cpu;
	bool guard;
	bool used;
	u64 value;
	u64 recorded;
};

void mm_layout_rules_kmap(const struct mm_layout_kmap *k,
			  struct mm_layout_result *res);
void mm_layout_rules_slot(const struct mm_layout_slot *s,
			  struct mm_layout_result *res);
void mm_layout_rules_local(const struct mm_layout_local *l,
			   struct mm_layout_result *res);

#ifdef CONFIG_MM_LAYOUT_KMAP
/* In mm/highmem.c, for what is known there only. */

/**
 * struct mm_layout_raw_kmap - a slot of the kmap window, not yet a fact
 * @count: its count
 * @ptep: its entry
 * @pte: what that holds
 * @highmem: that is a page of highmem
 * @virtual: page_address() of the page; NULL if it has none
 * @recorded: page that the slot was made for last; NULL if it never was
 */
struct mm_layout_raw_kmap {
	int count;
	pte_t *ptep;
	pte_t pte;
	bool highmem;
	void *virtual;
	const struct page *recorded;
};

/**
 * struct mm_layout_raw_local - the kmap_local_page() slots of a CPU, not yet facts
 * @depth: how many of them the running task uses, guards included
 * @ptep: their entries
 * @pte: what these hold
 * @recorded: what the task has recorded of that
 */
struct mm_layout_raw_local {
	unsigned int depth;
	pte_t *ptep[KM_MAX_IDX];
	pte_t pte[KM_MAX_IDX];
	pte_t recorded[KM_MAX_IDX];
};

void mm_layout_read_kmap(unsigned int nr, struct mm_layout_raw_kmap *k);
void mm_layout_read_local(unsigned int cpu, bool running,
			  struct mm_layout_raw_local *l);
#endif

/* === Facts and rules: fixed mappings === */

/**
 * struct mm_layout_fixed - what is mapped at an address that is fixed at build time
 * @slot: what belongs there
 * @start: first address of entries that are alike
 * @end: address behind the last byte
 * @flags: MM_LAYOUT_PTE_*
 * @pfn: frame that @start leads to
 * @recorded: frame that it should lead to, or %MM_LAYOUT_UNKNOWN
 * @cached: as ordinary memory is
 * @ram: RAM that the kernel uses
 */
struct mm_layout_fixed {
	const struct mm_layout_fixed_slot *slot;
	unsigned long start;
	unsigned long end;
	unsigned int flags;
	unsigned long pfn;
	unsigned long recorded;
	bool cached;
	bool ram;
};

void mm_layout_rules_fixed(const struct mm_layout_fixed *f,
			   struct mm_layout_result *res);

/* === Facts and rules: page directories === */

/**
 * struct mm_layout_pgdir - entries of a page directory against those of init_mm
 * @whose: task that has it, or name of the directory
 * @pid: of the task; 0 if it is none
 * @start: first address
 * @end: address behind the last byte; one entry, unless all are as they should be
 * @value: of the entry, without what the CPU sets
 * @reference: of the entry of init_mm
 * @lazy: in the vmalloc range, where entries are added when there is a fault
 * @stale: a large page as it was before it was protected or split, in a directory that
 *	is not told of that
 */
struct mm_layout_pgdir {
	const char *whose;
	int pid;
	unsigned long start;
	unsigned long end;
	u64 value;
	u64 reference;
	bool lazy;
	bool stale;
};

/**
 * struct mm_layout_table - a page table that a page directory leads to
 * @whose: task that has the directory, or name of the directory
 * @pid: of the task; 0 if it is none
 * @start: first address
 * @end: address behind the last byte
 * @pfn: its frame
 * @max_low_pfn: pfn behind lowmem
 * @typed: it is marked as a page table
 * @reserved: it is reserved: it was made at boot
 * @kernel: it is marked as one of the kernel's
 * @user: @start is in user space
 * @highmem: it is in highmem, where that of a user may be, see CONFIG_HIGHPTE
 */
struct mm_layout_table {
	const char *whose;
	int pid;
	unsigned long start;
	unsigned long end;
	unsigned long pfn;
	unsigned long max_low_pfn;
	bool typed;
	bool reserved;
	bool kernel;
	bool user;
	bool highmem;
};

void mm_layout_rules_pgdir(const struct mm_layout_pgdir *p,
			   struct mm_layout_result *res);
void mm_layout_rules_table(const struct mm_layout_table *t,
			   struct mm_layout_result *res);

/* === Facts and rules: protections and cache modes === */

/**
 * struct mm_layout_prot - entries of the kernel's page table that are alike
 * @start: first address
 * @end: address behind the last byte
 * @flags: MM_LAYOUT_PTE_*
 * @firmware: code of the firmware, or of kexec, which writes to itself
 */
struct mm_layout_prot {
	unsigned long start;
	unsigned long end;
	unsigned int flags;
	bool firmware;
};

/**
 * struct mm_layout_cached - RAM, and how it is cached in the linear map and elsewhere
 * @start: first address
 * @end: address behind the last byte
 * @pfn: frame that @start leads to
 * @cache: cache mode there
 * @other: what it is compared with: the mode in the linear map, or the reserved one
 * @free: the page allocator owns it
 * @cache_name: name of @cache
 * @other_name: name of @other
 */
struct mm_layout_cached {
	unsigned long start;
	unsigned long end;
	unsigned long pfn;
	unsigned int cache;
	unsigned int other;
	bool free;
	const char *cache_name;
	const char *other_name;
};

void mm_layout_rules_prot(const struct mm_layout_prot *p,
			  struct mm_layout_result *res);
void mm_layout_rules_alias(const struct mm_layout_cached *c,
			   struct mm_layout_result *res);
void mm_layout_rules_ram_cache(const struct mm_layout_cached *c,
			       struct mm_layout_result *res);

/* === Facts and rules: what the kernel says of an address === */

enum mm_layout_predicate_kind {
	MM_LAYOUT_SAYS_LINEAR,
	MM_LAYOUT_SAYS_VMALLOC,
	MM_LAYOUT_SAYS_KMAP,
};

/**
 * struct mm_layout_predicate - what the kernel says of an address
 * @name: of the function that was asked
 * @kind: what it should tell from all else
 * @addr: the address
 * @where: name of the region that it is in
 * @answer: what it says
 * @expected: what the layout says
 */
struct mm_layout_predicate {
	const char *name;
	enum mm_layout_predicate_kind kind;
	unsigned long addr;
	const char *where;
	bool answer;
	bool expected;
};

void mm_layout_rules_predicate(const struct mm_layout_predicate *p,
			       struct mm_layout_result *res);

/* === Page-table entries of the kernel === */

/**
 * struct mm_layout_entry - a page-table entry
 * @start: first address that was asked for
 * @end: address behind that
 * @leaf: bytes that the entry maps; more than a page if a whole table is missing
 * @flags: MM_LAYOUT_PTE_*
 * @pfn: frame that @start leads to
 * @cache: cache mode, as the architecture counts them
 */
struct mm_layout_entry {
	unsigned long start;
	unsigned long end;
	unsigned long leaf;
	unsigned int flags;
	unsigned long pfn;
	unsigned int cache;
};

/* The fact that an entry makes, as far as that says. */
static inline struct mm_layout_mapping
mm_layout_entry_mapping(const struct mm_layout_entry *e, enum mm_layout_place place)
{
	return (struct mm_layout_mapping) {
		.start = e->start,
		.end = e->end,
		.leaf = e->leaf,
		.flags = e->flags,
		.place = place,
		.pfn = e->pfn,
		.recorded = MM_LAYOUT_UNKNOWN,
		.cache = e->cache,
	};
}

typedef void (*mm_layout_entry_fn)(const struct mm_layout_entry *e, void *arg);
unsigned long mm_layout_walk_entries(unsigned long start, unsigned long end,
				     unsigned long max, mm_layout_entry_fn fn,
				     void *arg);
void mm_layout_read_entry(unsigned long addr, struct mm_layout_entry *e);
unsigned int mm_layout_wanted_flags(struct page *page, pgprot_t prot);
unsigned int mm_layout_entry_flags(pte_t pte);

/* A visitor of all areas. */
struct mm_layout_area_visit {
	/* bits of enum mm_layout_area_kind */
	unsigned long kinds;
	void (*area)(const struct mm_layout_area *a, struct mm_layout_result *res);
	void (*run)(const struct mm_layout_mapping *m,
		    struct mm_layout_result *res);
};

void mm_layout_visit_areas(const struct mm_layout_area_visit *visit,
			   struct mm_layout_result *res);
bool mm_layout_next_area(unsigned long addr, struct mm_layout_area *a);
void mm_layout_tell_module(struct mm_layout_area *a);
const char *mm_layout_area_name(enum mm_layout_area_kind kind);

/* === Readers === */

void mm_layout_check_regions(struct mm_layout_result *res);
void mm_layout_check_zones(struct mm_layout_result *res);
void mm_layout_check_memmap(struct mm_layout_result *res);
void mm_layout_check_buddy(struct mm_layout_result *res);
void mm_layout_check_slab(struct mm_layout_result *res);
void mm_layout_check_alloc(struct mm_layout_result *res);
void mm_layout_check_vmalloc(struct mm_layout_result *res);
void mm_layout_check_ioremap(struct mm_layout_result *res);
void mm_layout_check_fixed(struct mm_layout_result *res);
void mm_layout_check_address(struct mm_layout_result *res);
void mm_layout_show_slabs(struct seq_file *m);
void mm_layout_show_areas(struct seq_file *m);
void mm_layout_show_usage(struct seq_file *m);

#ifdef CONFIG_MM_LAYOUT_ENTRIES
void mm_layout_check_linear(struct mm_layout_result *res);
#else
static inline void mm_layout_check_linear(struct mm_layout_result *res)
{
	mm_layout_skip_check(res, MM_LAYOUT_CHECK_LINEAR,
			     "the linear map of this architecture is not walked");
}
#endif

#ifdef CONFIG_MM_LAYOUT_LINEAR
void mm_layout_check_pgdir(struct mm_layout_result *res);
void mm_layout_check_prot(struct mm_layout_result *res);
#else
static inline void mm_layout_check_pgdir(struct mm_layout_result *res)
{
	mm_layout_skip_check(res, MM_LAYOUT_CHECK_PGDIR,
			     "page directories of this architecture are not walked");
}

static inline void mm_layout_check_prot(struct mm_layout_result *res)
{
	mm_layout_skip_check(res, MM_LAYOUT_CHECK_PROT,
			     "page tables of this architecture are not walked");
}
#endif

#ifdef CONFIG_MM_LAYOUT_KMAP
void mm_layout_check_kmap(struct mm_layout_result *res);
void mm_layout_show_kmap(struct seq_file *m);
#else
static inline void mm_layout_check_kmap(struct mm_layout_result *res)
{
	mm_layout_skip_check(res, MM_LAYOUT_CHECK_KMAP,
			     "there is no kmap window, or it is not known");
}

static inline void mm_layout_show_kmap(struct seq_file *m) { }
#endif

/*
 * What a struct page says, without the helpers that are fatal with
 * DEBUG_VM_PGFLAGS if nobody has initialised it.
 */
static inline unsigned long mm_layout_page_flags(const struct page *page)
{
	return READ_ONCE(page->flags.f);
}

/* Pages of a slab, and of a large kmalloc, are frozen. */
#define MM_LAYOUT_SLAB_REFCOUNT	0

/* What the type of a page says of its use; the first page of a block has it. */
enum mm_layout_page_type {
	MM_LAYOUT_TYPE_NONE,
	MM_LAYOUT_TYPE_SLAB,
	MM_LAYOUT_TYPE_LARGE_KMALLOC,
	MM_LAYOUT_TYPE_TABLE,
	MM_LAYOUT_TYPE_FREE,
	MM_LAYOUT_TYPE_OTHER,
};

static inline enum mm_layout_page_type mm_layout_page_type(const struct page *page)
{
	if (!page_has_type(page))
		return MM_LAYOUT_TYPE_NONE;
	switch ((unsigned int)READ_ONCE(page->page_type) >> 24) {
	case PGTY_slab:
		return MM_LAYOUT_TYPE_SLAB;
	case PGTY_large_kmalloc:
		return MM_LAYOUT_TYPE_LARGE_KMALLOC;
	case PGTY_table:
		return MM_LAYOUT_TYPE_TABLE;
	case PGTY_buddy:
		return MM_LAYOUT_TYPE_FREE;
	default:
		return MM_LAYOUT_TYPE_OTHER;
	}
}

static inline int mm_layout_page_nid(const struct page *page)
{
	if (!IS_ENABLED(CONFIG_NUMA))
		return 0;
	if (NODES_WIDTH)
		return (mm_layout_page_flags(page) >> NODES_PGSHIFT) & NODES_MASK;
	return page_to_nid(page);
}

/* Zone and node in the flags, to be compared. */
static inline unsigned long mm_layout_page_link(const struct page *page)
{
	return mm_layout_page_flags(page) & ((ZONES_MASK << ZONES_PGSHIFT) |
					     (NODES_MASK << NODES_PGSHIFT));
}

static inline bool mm_layout_page_reserved(const struct page *page)
{
	return mm_layout_page_flags(page) & BIT(PG_reserved);
}

bool mm_layout_page_pfn(const struct page *page, unsigned long *pfn);
struct page *mm_layout_head(struct page *page);
enum mm_layout_page_state mm_layout_page_state(struct page *page);
bool mm_layout_ram_known(void);
void mm_layout_read_zone(struct zone *zone, struct mm_layout_zone *z);

/* === Whose memory === */

enum mm_layout_owner_kind {
	MM_LAYOUT_OWNER_NONE,	/* not known here */
	MM_LAYOUT_OWNER_SLAB,
	MM_LAYOUT_OWNER_LARGE,	/* a large kmalloc */
	MM_LAYOUT_OWNER_KFENCE,
};

enum mm_layout_object_state {
	MM_LAYOUT_OBJECT_UNKNOWN,
	MM_LAYOUT_OBJECT_NONE,	/* behind the last object of the slab */
	MM_LAYOUT_OBJECT_FREE,	/* on the free list of the slab */
	MM_LAYOUT_OBJECT_USED,	/* in use, or kept free for one of the CPUs */
};

/**
 * struct mm_layout_owner - whose memory an address is
 * @kind: what it belongs to; if nothing, what follows is not set
 * @pfn: first frame of the slab or large kmalloc
 * @order: its pages, as a power of two
 * @cache: name of the cache of a slab, empty if that is no cache
 * @objects: objects in the slab
 * @index: number of the object
 * @object: address of the object, or of the large kmalloc
 * @offset: from there to the address, in bytes; less than 0 in a left red zone
 * @size: bytes from one object to the next, or of the large kmalloc
 * @state: is the object in use?
 */
struct mm_layout_owner {
	enum mm_layout_owner_kind kind;
	unsigned long pfn;
	unsigned int order;
	char cache[32];
	unsigned int objects;
	unsigned int index;
	unsigned long object;
	long offset;
	unsigned long size;
	enum mm_layout_object_state state;
};

bool mm_layout_find_owner(unsigned long addr, struct mm_layout_owner *o);

/* === Explain === */

/* What is asked about. */
enum mm_layout_ask {
	MM_LAYOUT_ASK_ADDR,	/* a virtual address */
	MM_LAYOUT_ASK_PFN,	/* a page frame */
	MM_LAYOUT_ASK_PHYS,	/* a physical address */
};

/**
 * struct mm_layout_question - what a person wants explained
 * @ask: what @value counts
 * @value: the address or frame
 */
struct mm_layout_question {
	enum mm_layout_ask ask;
	u64 value;
};

enum mm_layout_level_kind {
	MM_LAYOUT_LEVEL_EMPTY,	/* nothing */
	MM_LAYOUT_LEVEL_ABSENT,	/* something, but not present */
	MM_LAYOUT_LEVEL_BAD,	/* leads to no table */
	MM_LAYOUT_LEVEL_TABLE,	/* leads to a table */
	MM_LAYOUT_LEVEL_LEAF,	/* maps a page */
};

/**
 * struct mm_layout_level - a page-table entry on the way to an address
 * @name: of the table
 * @index: of the entry in that
 * @raw: the entry
 * @kind: what it does
 * @flags: MM_LAYOUT_PTE_*, of what is no table
 * @rw_known: %MM_LAYOUT_PTE_RW tells what may be written to
 * @nx_known: %MM_LAYOUT_PTE_EXEC tells what may be executed
 * @cache: cache mode, of a leaf
 * @leaf: bytes that it maps, of a leaf
 * @pfn: frame of the table, or that the address leads to; %MM_LAYOUT_UNKNOWN if it
 *	cannot be told from the entry
 */
struct mm_layout_level {
	const char *name;
	unsigned long index;
	u64 raw;
	enum mm_layout_level_kind kind;
	unsigned int flags;
	bool rw_known;
	bool nx_known;
	unsigned int cache;
	unsigned long leaf;
	unsigned long pfn;
};

#define MM_LAYOUT_MAX_LEVELS	5

unsigned int mm_layout_read_levels(unsigned long addr, struct mm_layout_level *level);

/* What a frame is. */
enum mm_layout_frame_kind {
	MM_LAYOUT_FRAME_NONE,		/* has no struct page */
	MM_LAYOUT_FRAME_UNINIT,		/* has one that nobody has initialised */
	MM_LAYOUT_FRAME_FREE,		/* in a free list of the page allocator */
	MM_LAYOUT_FRAME_LOOSE,		/* free, in a per-CPU list or on its way */
	MM_LAYOUT_FRAME_RESERVED,
	MM_LAYOUT_FRAME_OWNED,		/* slab, large kmalloc, KFENCE */
	MM_LAYOUT_FRAME_TABLE,		/* page table */
	MM_LAYOUT_FRAME_ANON,		/* anonymous memory of user space */
	MM_LAYOUT_FRAME_FILE,		/* of a file, or tmpfs */
	MM_LAYOUT_FRAME_HUGETLB,	/* of hugetlbfs, in use or in its pool */
	MM_LAYOUT_FRAME_HELD,		/* in use by the kernel */
};

/**
 * struct mm_layout_frame - a page frame
 * @pfn: the frame
 * @kind: what it is; if that is %MM_LAYOUT_FRAME_NONE, only @resource follows
 * @zone: name of its zone
 * @zone_key: mm_layout_zone_key() of that
 * @nid: its node
 * @refcount: users of the page, or of the folio that it is part of
 * @mapcount: how often user space maps it
 * @type: page_type
 * @flags: page flags
 * @head_pfn: first frame of the folio or free block
 * @order: pages in that, as a power of two
 * @owner: whose memory it is, if @kind says that it has an owner
 * @resource: what it is to the resource tree, if it is no ordinary RAM
 */
struct mm_layout_frame {
	unsigned long pfn;
	enum mm_layout_frame_kind kind;
	const char *zone;
	unsigned long zone_key;
	int nid;
	int refcount;
	int mapcount;
	unsigned int type;
	unsigned long flags;
	unsigned long head_pfn;
	unsigned int order;
	struct mm_layout_owner owner;
	struct mm_layout_resource resource;
};

#define MM_LAYOUT_MAX_ALIASES	8

/* What a kernel address is used for, as far as it is known by its place. */
struct mm_layout_use {
	/* vmap area, if its end is not 0 */
	struct mm_layout_area area;
	/* MM_LAYOUT_TILE_*, of the vmalloc range, if it is in no area */
	unsigned int owners;
	/* kmap slot, if not -1, and its count, if not -1 */
	int kmap;
	int kmap_count;
	/* slot of the fixmap, if not -1 */
	int fixmap;
	/* CPU and number of a kmap_local_page() slot, if not -1 */
	int local_cpu;
	int local;
	/* what is fixed there at build time, if it has a name; and of which CPU, or -1 */
	const char *fixed;
	int fixed_nr;
};

/**
 * struct mm_layout_story - what is known of an address
 * @q: what was asked
 * @is_addr: there is an address: @addr and so on, up to @levels
 * @addr: the address
 * @user: it is in user space
 * @region: name of its region; NULL if it is in none
 * @hole: then it is in a hole, since all regions are known
 * @start: first address of the region or hole
 * @last: last one
 * @symbol: it is in the kernel image or in a module: it may have a name
 * @use: what it is used for
 * @nr_levels: entries in @level
 * @level: page-table entries on the way
 * @by_place: these lead to no page, but it is the linear address of one
 * @has_frame: there is a frame: @frame and so on
 * @frame: the frame
 * @linear: its address in the linear map, 0 if it has none
 * @nr_aliases: other kernel addresses of the frame, including those not in @alias
 * @alias: the first of them
 * @alias_use: what these are used for
 */
struct mm_layout_story {
	struct mm_layout_question q;
	bool is_addr;
	unsigned long addr;
	bool user;
	const char *region;
	bool hole;
	unsigned long start;
	unsigned long last;
	bool symbol;
	struct mm_layout_use use;
	unsigned int nr_levels;
	struct mm_layout_level level[MM_LAYOUT_MAX_LEVELS];
	bool by_place;
	bool has_frame;
	struct mm_layout_frame frame;
	unsigned long linear;
	unsigned long nr_aliases;
	unsigned long alias[MM_LAYOUT_MAX_ALIASES];
	struct mm_layout_use alias_use[MM_LAYOUT_MAX_ALIASES];
};

/* Where the lines of a story go. */
typedef void (*mm_layout_line_fn)(const char *line, void *arg);

int mm_layout_parse_question(const char *text, struct mm_layout_question *q);
void mm_layout_read_story(const struct mm_layout_question *q, bool atomic,
			  struct mm_layout_story *s);
void mm_layout_tell_story(const struct mm_layout_story *s, mm_layout_line_fn fn,
			  void *arg);
int mm_layout_explain(const struct mm_layout_question *q, mm_layout_line_fn fn,
		      void *arg);
extern bool mm_layout_explains;

/* How invariants are about a place. */
enum mm_layout_judgement {
	MM_LAYOUT_JUDGED_HOLDS,
	MM_LAYOUT_JUDGED_VIOLATED,	/* there */
	MM_LAYOUT_JUDGED_ELSEWHERE,	/* violated, but not there, as far as recorded */
};

/**
 * struct mm_layout_judged - places and checks that are asked about
 * @checks: bits of enum mm_layout_check_id
 * @is_addr: @addr is asked about
 * @addr: an address
 * @has_frame: @pfn is asked about
 * @pfn: a frame
 * @has_zone: @zone is asked about
 * @zone: mm_layout_zone_key() of the frame's zone
 */
struct mm_layout_judged {
	unsigned long checks;
	bool is_addr;
	unsigned long addr;
	bool has_frame;
	unsigned long pfn;
	bool has_zone;
	unsigned long zone;
};

typedef void (*mm_layout_judge_fn)(enum mm_layout_id id, enum mm_layout_judgement how,
				   const char *what, void *arg);
void mm_layout_judge(const struct mm_layout_judged *j, mm_layout_judge_fn fn, void *arg);
const char *mm_layout_check_name(unsigned int check);

/* === Scan === */

/**
 * struct mm_layout_params - the boot parameter
 * @boot: scan at boot
 * @explain: explain the address of an oops, and a bad page
 * @hooks: switch the hooks on at boot
 * @panic: panic when a scan has found a violation
 * @period: seconds between periodic scans, 0 for none
 */
struct mm_layout_params {
	bool boot;
	bool explain;
	bool hooks;
	bool panic;
	unsigned int period;
};

/* A day. */
#define MM_LAYOUT_MAX_PERIOD	(24 * 60 * 60)

#define MM_LAYOUT_WAITS		3
extern unsigned int mm_layout_waits;

int mm_layout_parse(char *arg, struct mm_layout_params *params);
int mm_layout_check_find(const char *name);
unsigned long mm_layout_scan(const char *occasion, unsigned int check);
void mm_layout_hooks_forgotten(void);
void mm_layout_show_scan(struct seq_file *m);
void mm_layout_confirm(struct mm_layout_result *first,
		       const struct mm_layout_result *second);

/* === Hooks === */

enum mm_layout_hook {
	MM_LAYOUT_HOOK_PAGE,		/* the page allocator hands out a block */
	MM_LAYOUT_HOOK_SLAB,		/* a slab is made or freed */
	MM_LAYOUT_HOOK_KMALLOC_LARGE,	/* a large kmalloc */
	MM_LAYOUT_HOOK_VMAP,		/* pages are mapped in the vmalloc range */
	MM_LAYOUT_HOOK_VUNMAP,		/* something is unmapped there */
	MM_LAYOUT_HOOK_VMAP_PHYS,	/* a physical range is mapped there */
	MM_LAYOUT_HOOK_IOREMAP,		/* ioremap() */
	MM_LAYOUT_HOOK_KMAP,		/* kmap() of highmem */
	MM_LAYOUT_HOOK_LOCAL,		/* a slot of kmap_local_page() is set or cleared */
	MM_LAYOUT_NR_HOOKS
};

DECLARE_PER_CPU(unsigned long [MM_LAYOUT_NR_HOOKS], mm_layout_hook_events);

__printf(5, 0)
void mm_layout_hook_violated(enum mm_layout_id id, enum mm_layout_unit unit,
			     unsigned long start, unsigned long end,
			     const char *fmt, va_list args);
void mm_layout_hooks_collect(struct mm_layout_result *res, unsigned int check);
void mm_layout_hooks_set(bool on);
bool mm_layout_hooks_on(void);
unsigned long mm_layout_hook_count(enum mm_layout_hook hook);
void mm_layout_hooks_flush(void);

/* === Report === */

#define MM_LAYOUT_SUMMARY_LEN	160

/**
 * struct mm_layout_summary - a scan in one line
 * @occasion: "boot", "final", "periodic", "hook", or "" for a scan on request
 * @invariants: invariants that were checked
 * @facts: facts that they were checked on
 * @violations: facts that violate one
 * @hidden: violations that were not printed
 * @usecs: time taken in microseconds, the second look included
 */
struct mm_layout_summary {
	const char *occasion;
	unsigned int invariants;
	unsigned long facts;
	unsigned long violations;
	unsigned long hidden;
	unsigned long usecs;
};

int mm_layout_format_summary(char *buf, size_t size,
			     const struct mm_layout_summary *s);
int mm_layout_format_header(char *buf, size_t size,
			    const struct mm_layout_violation *v);
/* Not static because the tests, which provoke more reports than that, reset it. */
extern struct ratelimit_state mm_layout_ratelimit;

/* Of what is printed on the console or told in debugfs. */
#define MM_LAYOUT_LINE_LEN	240

__printf(1, 2)
void mm_layout_err(const char *fmt, ...);
void mm_layout_hide(char *line);
const char *mm_layout_zone_name(int nid, unsigned int zone);
unsigned long mm_layout_report(const struct mm_layout_result *res,
			       unsigned int check);
void mm_layout_forget_hooked(void);
void mm_layout_print(const struct mm_layout_violation *v);

#endif /* _MM_LAYOUT_DEBUG_LAYOUT_H */
