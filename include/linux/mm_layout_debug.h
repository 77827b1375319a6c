/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks the kernel's memory layout: where pages are mapped against what the
 * bookkeeping says. See Documentation/dev-tools/mm_layout_debug.rst.
 */
#ifndef _LINUX_MM_LAYOUT_DEBUG_H
#define _LINUX_MM_LAYOUT_DEBUG_H

#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/jump_label.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/page.h>

struct kmem_cache;
struct page;
struct slab;

#ifdef CONFIG_MM_LAYOUT_DEBUG

/* A number of pages, or a frame, that is not known, or that there is not. */
#define MM_LAYOUT_UNKNOWN	ULONG_MAX

/**
 * struct mm_layout_region - one region of the kernel's address space
 * @name: as printed in debugfs and in reports
 * @start: address of the first byte
 * @end: address behind the last byte
 * @min_gap: bytes that must stay unused between the previous region and @start
 * @align: what @start must be a multiple of, in bytes; 0 if anything goes
 * @max_size: largest legal size in bytes; 0 if there is no limit
 */
struct mm_layout_region {
	const char *name;
	unsigned long start;
	unsigned long end;
	unsigned long min_gap;
	unsigned long align;
	unsigned long max_size;
};

/**
 * struct mm_layout_bounds - the numbers that define the layout
 * @page_offset: address of the first byte of the linear map
 * @first_pfn: frame that is mapped there
 * @high_memory: address behind the last byte of the linear map
 * @vmalloc_start: first address of the vmalloc range
 * @vmalloc_end: address behind the vmalloc range
 * @modules_start: first address where modules go; 0 if they have no range
 * @modules_end: address behind the range of modules
 * @image_start: first address of the kernel image in the linear map; 0 if the
 *	image is mapped elsewhere
 * @image_end: address behind the image
 * @image_in_ram: every page of the image is RAM
 * @vmalloc_min: bytes of address space that vmalloc has to get; 0 if unknown
 * @max_low_pfn: pfn behind the last frame of the linear map
 * @max_pfn: pfn behind the last frame of RAM
 * @maxmem_pfn: largest legal @max_low_pfn; 0 if there is no limit
 * @max_arch_pfn: largest legal @max_pfn; 0 if there is no limit
 * @highmem: the kernel can use RAM behind the linear map
 * @highstart_pfn: first frame of highmem, if @highmem
 * @highend_pfn: pfn behind the last frame of highmem, if @highmem
 * @zone_end_pfn: largest legal pfn behind each zone; 0 if unknown
 */
struct mm_layout_bounds {
	unsigned long page_offset;
	unsigned long first_pfn;
	unsigned long high_memory;
	unsigned long vmalloc_start;
	unsigned long vmalloc_end;
	unsigned long modules_start;
	unsigned long modules_end;
	unsigned long image_start;
	unsigned long image_end;
	bool image_in_ram;
	unsigned long vmalloc_min;
	unsigned long max_low_pfn;
	unsigned long max_pfn;
	unsigned long maxmem_pfn;
	unsigned long max_arch_pfn;
	bool highmem;
	unsigned long highstart_pfn;
	unsigned long highend_pfn;
	unsigned long zone_end_pfn[MAX_NR_ZONES];
};

#define MM_LAYOUT_MAX_REGIONS	16

/* Flags of a page-table entry that maps a page, whatever the architecture. */
#define MM_LAYOUT_PTE_NONE	BIT(0)	/* the entry is empty */
#define MM_LAYOUT_PTE_PRESENT	BIT(1)
#define MM_LAYOUT_PTE_RW	BIT(2)
#define MM_LAYOUT_PTE_USER	BIT(3)
#define MM_LAYOUT_PTE_GLOBAL	BIT(4)
#define MM_LAYOUT_PTE_SOFT	BIT(5)	/* a software bit without a use there */
#define MM_LAYOUT_PTE_EXEC	BIT(6)	/* executable, where others need not be */
#define MM_LAYOUT_PTE_RESERVED	BIT(7)	/* a bit that the CPU does not know */

/* What belongs to an address that is fixed at build time. */
enum mm_layout_fixed_kind {
	MM_LAYOUT_SLOT_EMPTY,	/* nothing */
	MM_LAYOUT_SLOT_DEVICE,	/* registers, or nothing */
	MM_LAYOUT_SLOT_PAGE,	/* memory of the kernel's own */
};

/**
 * struct mm_layout_fixed_slot - a range of addresses that is fixed at build time
 * @name: of what it is for
 * @nr: which of several; -1 if there is but one
 * @start: first address
 * @end: address behind the last byte
 * @kind: what belongs there
 * @phys: physical address that belongs at @start, if @phys_known
 * @phys_known: whether that is known
 * @readonly: it must not be writable; otherwise a page has to be
 */
struct mm_layout_fixed_slot {
	const char *name;
	int nr;
	unsigned long start;
	unsigned long end;
	enum mm_layout_fixed_kind kind;
	phys_addr_t phys;
	bool phys_known;
	bool readonly;
};

typedef void (*mm_layout_fixed_fn)(const struct mm_layout_fixed_slot *slot,
				   void *arg);

/*
 * What an architecture tells about itself. The defaults in
 * mm/layout_debug/arch.c know the linear map and the vmalloc range only.
 */
unsigned int mm_layout_arch_regions(struct mm_layout_region *regions);
unsigned int mm_layout_pkmap_region(struct mm_layout_region *r, unsigned long min_gap);
void mm_layout_arch_bounds(struct mm_layout_bounds *bounds);
void mm_layout_arch_print_entry(unsigned long addr);
struct page *mm_layout_arch_linear_page(unsigned long addr);
unsigned long mm_layout_arch_unmapped(unsigned long pfn, unsigned long nr);
bool mm_layout_arch_memtype(unsigned long pfn, unsigned int *cache);
const char *mm_layout_arch_cache_name(unsigned int cache);
bool mm_layout_arch_early_ioremap(unsigned long *start, unsigned long *end);
bool mm_layout_arch_fixed(mm_layout_fixed_fn fn, void *arg);
bool mm_layout_arch_regions_complete(void);

/* What of the memory is RAM, for an architecture's own readers. */
typedef void (*mm_layout_ram_fn)(unsigned long start_pfn, unsigned long end_pfn,
				 bool ram, void *arg);
void mm_layout_walk_ram(unsigned long start_pfn, unsigned long end_pfn,
			mm_layout_ram_fn fn, void *arg);

/**
 * struct mm_layout_resource - the innermost resource of a physical address
 * @name: its name; empty if there is none
 * @start: first physical address
 * @end: last one
 */
struct mm_layout_resource {
	char name[32];
	resource_size_t start;
	resource_size_t end;
};

/* In kernel/resource.c, for what is known there only. */
void mm_layout_read_resource(resource_size_t phys, struct mm_layout_resource *r);

void mm_layout_final_scan(void);
void mm_layout_explain_fault(unsigned long addr);
void mm_layout_explain_page(const struct page *page);

/* Hooks are a NOP until this is switched on. */
DECLARE_STATIC_KEY_FALSE(mm_layout_hooks);

/* How often the page allocator's hook was called. */
DECLARE_PER_CPU(unsigned long, mm_layout_pages_handed);

void __mm_layout_page_alloc(const struct page *page, unsigned int order,
			    gfp_t gfp);
void __mm_layout_slab(struct kmem_cache *s, struct slab *slab);
void __mm_layout_kmalloc_large(const struct page *page, size_t size, gfp_t gfp);
void __mm_layout_vmap_pages(unsigned long start, unsigned long end,
			    pgprot_t prot, struct page **pages);
void __mm_layout_vunmap(unsigned long start, unsigned long end);
void __mm_layout_vmap_phys(unsigned long start, unsigned long end,
			   phys_addr_t phys);
void __mm_layout_ioremap(unsigned long start, unsigned long size,
			 phys_addr_t phys);
void __mm_layout_kmap(struct page *page, unsigned long addr, pte_t *ptep,
		      int count);
void __mm_layout_kmap_local(unsigned long addr, pte_t *ptep, pte_t wanted);

/*
 * One page, which is a block in any zone, in a zone that a request allows which asks for
 * none in particular. What is said no to here is looked at again.
 */
static __always_inline bool mm_layout_plainly_fits(const struct page *page,
						   unsigned int order, gfp_t gfp)
{
	return !order && !(gfp & (__GFP_DMA | __GFP_DMA32)) &&
	       page_zonenum(page) <= (gfp & __GFP_HIGHMEM ? OPT_ZONE_HIGHMEM :
							    ZONE_NORMAL);
}

/**
 * mm_layout_page_alloc - hook: the page allocator hands out a block
 * @page: its first page; NULL if there is no memory
 * @order: pages in it, as a power of two
 * @gfp: what was asked for
 *
 * Not out of line, since alloc_pages_bulk() comes by for each page.
 *
 * Context: any, NMI included.
 */
static inline void mm_layout_page_alloc(const struct page *page,
					unsigned int order, gfp_t gfp)
{
	if (!static_branch_unlikely(&mm_layout_hooks) || !page)
		return;
	this_cpu_inc(mm_layout_pages_handed);
	if (!mm_layout_plainly_fits(page, order, gfp))
		__mm_layout_page_alloc(page, order, gfp);
}

/**
 * mm_layout_slab - hook: a slab was made, or is about to be freed
 * @s: its cache
 * @slab: the slab, which the caller owns and which is marked as one
 *
 * Context: any, NMI included.
 */
static inline void mm_layout_slab(struct kmem_cache *s, struct slab *slab)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_slab(s, slab);
}

/**
 * mm_layout_kmalloc_large - hook: a kmalloc() larger than the largest cache
 * @page: the first of its pages
 * @size: bytes that were asked for
 * @gfp: what was asked for
 *
 * Context: any.
 */
static inline void mm_layout_kmalloc_large(const struct page *page, size_t size,
					   gfp_t gfp)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_kmalloc_large(page, size, gfp);
}

/**
 * mm_layout_vmap_pages - hook: pages were mapped in the vmalloc range
 * @start: first address
 * @end: address behind the last byte
 * @prot: protections that were asked for
 * @pages: the pages, one for each %PAGE_SIZE
 *
 * Context: any but NMI. The caller owns the range.
 */
static inline void mm_layout_vmap_pages(unsigned long start, unsigned long end,
					pgprot_t prot, struct page **pages)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_vmap_pages(start, end, prot, pages);
}

/**
 * mm_layout_vunmap - hook: a part of the vmalloc range was unmapped
 * @start: first address
 * @end: address behind the last byte
 *
 * Context: any but NMI. The caller owns the range.
 */
static inline void mm_layout_vunmap(unsigned long start, unsigned long end)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_vunmap(start, end);
}

/**
 * mm_layout_vmap_phys - hook: physical memory was mapped in the vmalloc range
 * @start: first address
 * @end: address behind the last byte
 * @phys: physical address of the first byte
 *
 * Context: process. The caller owns the range.
 */
static inline void mm_layout_vmap_phys(unsigned long start, unsigned long end,
				       phys_addr_t phys)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_vmap_phys(start, end, phys);
}

/**
 * mm_layout_ioremap - hook: ioremap() has made an area
 * @start: first address
 * @size: bytes, without the guard page
 * @phys: physical address of the first byte
 *
 * Context: process. The caller owns the area.
 */
static inline void mm_layout_ioremap(unsigned long start, unsigned long size,
				     phys_addr_t phys)
{
	if (static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_ioremap(start, size, phys);
}

/**
 * mm_layout_kmap - hook: kmap() has mapped a page of highmem, or found it mapped
 * @page: the page
 * @addr: its address
 * @ptep: entry of that
 * @count: users of the slot, plus 1
 *
 * Context: process, with the lock of the kmap window held.
 */
static inline void mm_layout_kmap(struct page *page, unsigned long addr,
				  pte_t *ptep, int count)
{
	if (IS_ENABLED(CONFIG_MM_LAYOUT_KMAP) &&
	    static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_kmap(page, addr, ptep, count);
}

/**
 * mm_layout_kmap_local - hook: a slot of kmap_local_page() was set or cleared
 * @addr: address of the slot
 * @ptep: its entry
 * @wanted: what was written to it
 *
 * Context: any, preemption is off.
 */
static inline void mm_layout_kmap_local(unsigned long addr, pte_t *ptep,
					pte_t wanted)
{
	if (IS_ENABLED(CONFIG_MM_LAYOUT_KMAP) &&
	    static_branch_unlikely(&mm_layout_hooks))
		__mm_layout_kmap_local(addr, ptep, wanted);
}

#else /* CONFIG_MM_LAYOUT_DEBUG */

static inline void mm_layout_final_scan(void) { }
static inline void mm_layout_explain_fault(unsigned long addr) { }
static inline void mm_layout_explain_page(const struct page *page) { }

static inline void mm_layout_page_alloc(const struct page *page,
					unsigned int order, gfp_t gfp)
{
}

static inline void mm_layout_slab(struct kmem_cache *s, struct slab *slab) { }

static inline void mm_layout_kmalloc_large(const struct page *page, size_t size,
					   gfp_t gfp)
{
}

static inline void mm_layout_vmap_pages(unsigned long start, unsigned long end,
					pgprot_t prot, struct page **pages)
{
}

static inline void mm_layout_vunmap(unsigned long start, unsigned long end) { }

static inline void mm_layout_vmap_phys(unsigned long start, unsigned long end,
				       phys_addr_t phys)
{
}

static inline void mm_layout_ioremap(unsigned long start, unsigned long size,
				     phys_addr_t phys)
{
}

static inline void mm_layout_kmap(struct page *page, unsigned long addr,
				  pte_t *ptep, int count)
{
}

static inline void mm_layout_kmap_local(unsigned long addr, pte_t *ptep,
					pte_t wanted)
{
}

#endif /* CONFIG_MM_LAYOUT_DEBUG */

#endif /* _LINUX_MM_LAYOUT_DEBUG_H */
