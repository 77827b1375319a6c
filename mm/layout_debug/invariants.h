/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The invariants, each once: X(ID, check, name, sentence).
 *
 * The enum, the names in reports and debugfs, the table in the documentation
 * and the coverage test are all made from this list. A sentence says what
 * holds on a healthy kernel; exceptions are in the rule.
 */
#ifndef _MM_LAYOUT_DEBUG_INVARIANTS_H
#define _MM_LAYOUT_DEBUG_INVARIANTS_H

#define MM_LAYOUT_REGION_INVARIANTS(X)					\
	X(REGION_ORDER, REGIONS, "region-order",			\
	  "regions are not empty, ascend and do not overlap")		\
	X(REGION_GAP, REGIONS, "region-gap",				\
	  "the holes that catch stray accesses are as large as they have to be") \
	X(REGION_ALIGN, REGIONS, "region-align",			\
	  "a region that owns page tables starts on their boundary and fits in them") \
	X(LOWMEM_END, REGIONS, "lowmem-end",				\
	  "high_memory, max_low_pfn, highstart_pfn, highend_pfn and max_pfn agree") \
	X(VMALLOC_SIZE, REGIONS, "vmalloc-size",			\
	  "the vmalloc range is as large as what was reserved for it")	\
	X(MODULES_PLACE, REGIONS, "modules-place",			\
	  "modules have an address range, and it lies in the vmalloc range") \
	X(IMAGE_PLACE, REGIONS, "image-place",				\
	  "the kernel image lies in the linear map, on RAM")

#define MM_LAYOUT_LINEAR_INVARIANTS(X)					\
	X(LINEAR_PFN, LINEAR, "linear-pfn",				\
	  "an entry of the linear map names the frame at address - PAGE_OFFSET") \
	X(LINEAR_PRESENT, LINEAR, "linear-present",			\
	  "RAM below max_low_pfn and the first megabyte are mapped, unless the owner of a page removed it") \
	X(LINEAR_BEYOND, LINEAR, "linear-beyond",			\
	  "nothing is mapped between high_memory and the vmalloc range") \
	X(LINEAR_HOLE, LINEAR, "linear-hole",				\
	  "no address of the linear map leads to what is not RAM, but for what the boot code maps") \
	X(LINEAR_TRACKED, LINEAR, "linear-tracked",			\
	  "pfn_range_is_mapped() is true for RAM and false for holes")	\
	X(LINEAR_LARGE, LINEAR, "linear-large",				\
	  "a large page is aligned and wholly RAM of one kind")		\
	X(LINEAR_FLAGS, LINEAR, "linear-flags",				\
	  "no user, stray global or software bits; a free page is writable") \
	X(LOWMEM_OBJECT, LINEAR, "lowmem-object",			\
	  "the zero page, page directories, stacks and per-CPU areas are in lowmem")

#define MM_LAYOUT_ZONE_INVARIANTS(X)					\
	X(ZONE_ORDER, ZONES, "zone-order",				\
	  "the zones of a node ascend and do not overlap")		\
	X(ZONE_LIMIT, ZONES, "zone-limit",				\
	  "a zone ends within the limit of its kind, highmem starts at highstart_pfn") \
	X(ZONE_COUNTERS, ZONES, "zone-counters",			\
	  "managed pages <= present pages <= spanned pages")		\
	X(ZONE_RESERVE, ZONES, "zone-reserve",				\
	  "lowmem_reserve grows with the zone that the request prefers") \
	X(ZONELIST_ORDER, ZONES, "zonelist-order",			\
	  "a zonelist holds each populated zone of a node once, highest first") \
	X(GFP_ZONE, ZONES, "gfp-zone",					\
	  "the zone modifiers of a gfp mask select the zone of their name") \
	X(TOTAL_PAGES, ZONES, "total-pages",				\
	  "totalram_pages(), totalhigh_pages() and the RAM in zones are sums over the zones")

#define MM_LAYOUT_MEMMAP_INVARIANTS(X)					\
	X(MEMMAP_ROUNDTRIP, MEMMAP, "memmap-roundtrip",			\
	  "page_to_pfn() undoes pfn_to_page()")				\
	X(MEMMAP_PLACE, MEMMAP, "memmap-place",				\
	  "struct pages lie in reserved lowmem")			\
	X(PAGE_ZONE, MEMMAP, "page-zone",				\
	  "a page of RAM links to the zone and node that span it")	\
	X(PAGE_HIGHMEM, MEMMAP, "page-highmem",				\
	  "PageHighMem() is true from highstart_pfn on, and only there")	\
	X(PAGE_RESERVED, MEMMAP, "page-reserved",			\
	  "a struct page that is not RAM is reserved and not free")	\
	X(ZONE_CONTIGUOUS, MEMMAP, "zone-contiguous",			\
	  "every pageblock of a zone marked contiguous begins and ends in it") \
	X(ZONE_PRESENT, MEMMAP, "zone-present",			\
	  "the present pages of a zone are the RAM in its span")	\
	X(ZONE_RESERVED, MEMMAP, "zone-reserved",			\
	  "managed and reserved pages of a zone add up to the present ones") \
	X(HIGHMEM_TYPED, MEMMAP, "highmem-typed",			\
	  "no slab, page-table or large kmalloc page is in highmem")	\
	X(MOVABLE_TYPED, MEMMAP, "movable-typed",			\
	  "no slab, page-table or large kmalloc page is in a movable zone or CMA") \
	X(HIGHMEM_ADDRESS, MEMMAP, "highmem-address",			\
	  "a highmem page has no address outside the kmap window")

#define MM_LAYOUT_BUDDY_INVARIANTS(X)					\
	X(FREE_BLOCK, BUDDY, "free-block",				\
	  "a block on a free list is aligned, of the list's order and type, in its zone") \
	X(FREE_WHOLE, BUDDY, "free-whole",				\
	  "no page inside a free block is in use or heads another block") \
	X(FREE_COUNT, BUDDY, "free-count",				\
	  "a free list is as long as nr_free says, and all add up to NR_FREE_PAGES") \
	X(PCP_PAGE, BUDDY, "pcp-page",					\
	  "a page on a per-CPU list is of the list's zone and not in the buddy lists") \
	X(ZONE_STRADDLE, BUDDY, "zone-straddle",			\
	  "no free block and no folio crosses the border of a zone")

#define MM_LAYOUT_INVARIANTS(X)						\
	MM_LAYOUT_REGION_INVARIANTS(X)					\
	MM_LAYOUT_LINEAR_INVARIANTS(X)					\
	MM_LAYOUT_ZONE_INVARIANTS(X)					\
	MM_LAYOUT_MEMMAP_INVARIANTS(X)					\
	MM_LAYOUT_BUDDY_INVARIANTS(X)

#endif /* _MM_LAYOUT_DEBUG_INVARIANTS_H */
