/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The invariants, each once: INVARIANT(ID, check, name, sentence).
 *
 * The enum, the names in reports and debugfs, and the coverage test are made
 * from this list: define INVARIANT, include this file, undefine it. A
 * sentence says what holds on a healthy kernel; exceptions are in the rule.
 */

/* Regions */
INVARIANT(REGION_ORDER, REGIONS, "region-order",
	  "regions are not empty, ascend and do not overlap")
INVARIANT(REGION_GAP, REGIONS, "region-gap",
	  "the holes that catch stray accesses are as large as they have to be")
INVARIANT(REGION_ALIGN, REGIONS, "region-align",
	  "a region that owns page tables starts on their boundary and fits in them")
INVARIANT(LOWMEM_END, REGIONS, "lowmem-end",
	  "high_memory, max_low_pfn, highstart_pfn, highend_pfn and max_pfn agree")
INVARIANT(VMALLOC_SIZE, REGIONS, "vmalloc-size",
	  "the vmalloc range is as large as what was reserved for it")
INVARIANT(MODULES_PLACE, REGIONS, "modules-place",
	  "modules have an address range, and it lies in the vmalloc range")
INVARIANT(IMAGE_PLACE, REGIONS, "image-place",
	  "the kernel image lies in the linear map, on RAM")

/* Linear map */
INVARIANT(LINEAR_PFN, LINEAR, "linear-pfn",
	  "an entry of the linear map names the frame at address - PAGE_OFFSET")
INVARIANT(LINEAR_PRESENT, LINEAR, "linear-present",
	  "lowmem RAM and the first megabyte are mapped, but for pages removed by their owner")
INVARIANT(LINEAR_BEYOND, LINEAR, "linear-beyond",
	  "nothing is mapped between high_memory and the vmalloc range")
INVARIANT(LINEAR_HOLE, LINEAR, "linear-hole",
	  "no address of the linear map leads to what is not RAM, but for what the boot code maps")
INVARIANT(LINEAR_TRACKED, LINEAR, "linear-tracked",
	  "pfn_range_is_mapped() knows RAM from holes, max_pfn_mapped is where lowmem's RAM ends")
INVARIANT(LINEAR_LARGE, LINEAR, "linear-large",
	  "a large page is aligned and wholly RAM of one kind")
INVARIANT(LINEAR_FLAGS, LINEAR, "linear-flags",
	  "no user, stray global or software bits; free pages are writable, rodata is not")
INVARIANT(LOWMEM_OBJECT, LINEAR, "lowmem-object",
	  "the zero page, page tables, stacks and per-CPU areas are in lowmem")

/* Zones */
INVARIANT(ZONE_ORDER, ZONES, "zone-order",
	  "the zones of a node ascend and do not overlap")
INVARIANT(ZONE_LIMIT, ZONES, "zone-limit",
	  "a zone ends within the limit of its kind, highmem starts at highstart_pfn")
INVARIANT(ZONE_COUNTERS, ZONES, "zone-counters",
	  "managed pages <= present pages <= spanned pages")
INVARIANT(ZONE_RESERVE, ZONES, "zone-reserve",
	  "lowmem_reserve grows with the zone that the request prefers")
INVARIANT(ZONELIST_ORDER, ZONES, "zonelist-order",
	  "a zonelist holds each populated zone of a node once, highest first")
INVARIANT(GFP_ZONE, ZONES, "gfp-zone",
	  "the zone modifiers of a gfp mask select the zone of their name")
INVARIANT(TOTAL_PAGES, ZONES, "total-pages",
	  "totalram_pages(), totalhigh_pages() and the RAM in zones are sums over the zones")

/* Struct pages */
INVARIANT(MEMMAP_ROUNDTRIP, MEMMAP, "memmap-roundtrip",
	  "page_to_pfn() undoes pfn_to_page(), where it looks up the section of the page")
INVARIANT(MEMMAP_PLACE, MEMMAP, "memmap-place",
	  "struct pages lie in reserved lowmem")
INVARIANT(PAGE_ZONE, MEMMAP, "page-zone",
	  "a page of RAM links to the zone and node that span it")
INVARIANT(PAGE_HIGHMEM, MEMMAP, "page-highmem",
	  "PageHighMem() is true from highstart_pfn on, and only there")
INVARIANT(PAGE_RESERVED, MEMMAP, "page-reserved",
	  "a struct page that is not RAM is reserved and not free")
INVARIANT(ZONE_CONTIGUOUS, MEMMAP, "zone-contiguous",
	  "every pageblock of a zone marked contiguous begins and ends in it")
INVARIANT(ZONE_PRESENT, MEMMAP, "zone-present",
	  "the present pages of a zone are the RAM in its span")
INVARIANT(ZONE_RESERVED, MEMMAP, "zone-reserved",
	  "managed, reserved and ballooned pages of a zone add up to the present ones")
INVARIANT(HIGHMEM_TYPED, MEMMAP, "highmem-typed",
	  "no slab, page-table or large kmalloc page is in highmem")
INVARIANT(MOVABLE_TYPED, MEMMAP, "movable-typed",
	  "no slab, page-table or large kmalloc page is in a movable zone or CMA")
INVARIANT(HIGHMEM_ADDRESS, MEMMAP, "highmem-address",
	  "a highmem page has no address outside the kmap window")

/* Buddy allocator */
INVARIANT(FREE_BLOCK, BUDDY, "free-block",
	  "a block on a free list is aligned, of the list's order and type, in its zone")
INVARIANT(FREE_WHOLE, BUDDY, "free-whole",
	  "no page inside a free block is in use or heads another block")
INVARIANT(FREE_COUNT, BUDDY, "free-count",
	  "a free list is as long as nr_free says, and all add up to NR_FREE_PAGES")
INVARIANT(PCP_PAGE, BUDDY, "pcp-page",
	  "a page on a per-CPU list is of the list's zone and not in the buddy lists")
INVARIANT(ZONE_STRADDLE, BUDDY, "zone-straddle",
	  "no free block and no folio crosses the border of a zone")

/* Slabs and large kmallocs */
INVARIANT(SLAB_CACHE, SLAB, "slab-cache",
	  "a slab belongs to a cache that exists")
INVARIANT(SLAB_ORDER, SLAB, "slab-order",
	  "a slab has the order and the objects of its cache, a large kmalloc is large enough")
INVARIANT(SLAB_ZONE, SLAB, "slab-zone",
	  "slabs and large kmallocs are in lowmem, and in ZONE_DMA where that is asked for")
INVARIANT(SLAB_PAGES, SLAB, "slab-pages",
	  "all pages of a slab or large kmalloc are part of it, and nobody else has a reference")
INVARIANT(SLAB_LINEAR, SLAB, "slab-linear",
	  "all pages of a slab or large kmalloc are mapped writable at their linear address")
INVARIANT(SLAB_PARTIAL, SLAB, "slab-partial",
	  "a partial list has slabs of its cache and node, as many as nr_partial says")
INVARIANT(SLAB_COUNT, SLAB, "slab-count",
	  "all slabs that a cache counts are found among the pages")

/* Pages as they are handed out */
INVARIANT(ALLOC_ZONE, ALLOC, "alloc-zone",
	  "a page is handed out of a zone that its gfp mask allows")
INVARIANT(ALLOC_BLOCK, ALLOC, "alloc-block",
	  "a block is handed out aligned to its size, and ends in the zone it begins in")

/* vmalloc */
INVARIANT(VMAP_AREA, VMALLOC, "vmap-area",
	  "vmap areas are in their range and do not overlap, in list and tree alike")
INVARIANT(VMAP_TILE, VMALLOC, "vmap-tile",
	  "every place of the vmalloc range is in one busy, lazily freed or free area")
INVARIANT(VMAP_PAGES, VMALLOC, "vmap-pages",
	  "an area leads to the pages that it has recorded, or that were to be mapped")
INVARIANT(VMAP_OWNED, VMALLOC, "vmap-owned",
	  "no free page is mapped in the vmalloc range, and what vmalloc() owns is no slab")
INVARIANT(VMAP_FLAGS, VMALLOC, "vmap-flags",
	  "no area is open to user space, and protections are what was asked for")
INVARIANT(VMAP_GUARD, VMALLOC, "vmap-guard",
	  "guard pages, and pages that an area has given back, are not mapped")
INVARIANT(VMAP_BLOCK, VMALLOC, "vmap-block",
	  "what vm_map_ram() has not handed out of a block is not mapped, its counts add up")
INVARIANT(VMAP_STRAY, VMALLOC, "vmap-stray",
	  "nothing is mapped outside of areas, behind the range, or after it was unmapped")

/* ioremap */
INVARIANT(IOREMAP_PFN, IOREMAP, "ioremap-pfn",
	  "an ioremap area leads to its physical address, page by page")
INVARIANT(IOREMAP_RAM, IOREMAP, "ioremap-ram",
	  "no ioremap area leads to RAM that the kernel uses")
INVARIANT(IOREMAP_ALIGN, IOREMAP, "ioremap-align",
	  "an ioremap area is aligned to its size, and a large page to its own")
INVARIANT(IOREMAP_CACHE, IOREMAP, "ioremap-cache",
	  "an ioremap area has the cache mode that is reserved, and is not executable when made")
INVARIANT(IOREMAP_EARLY, IOREMAP, "ioremap-early",
	  "no slot of early_ioremap() is mapped after boot")

/* kmap */
INVARIANT(KMAP_COUNT, KMAP, "kmap-count",
	  "a slot of the kmap window is mapped if and only if it has a count")
INVARIANT(KMAP_PAGE, KMAP, "kmap-page",
	  "a slot of the kmap window leads to the highmem page that has its address")
INVARIANT(KMAP_FLAGS, KMAP, "kmap-flags",
	  "a slot of the kmap window has the protections that kmap() asks for")
INVARIANT(KMAP_TABLE, KMAP, "kmap-table",
	  "the entries of all kmap() and kmap_local_page() slots follow each other")
INVARIANT(KMAP_LOCAL, KMAP, "kmap-local",
	  "a kmap_local_page() slot holds what the task on its CPU has mapped, else nothing")
INVARIANT(KMAP_GUARD, KMAP, "kmap-guard",
	  "slots that separate those of kmap_local_page() are not mapped")

/* Fixed mappings */
INVARIANT(FIXED_EMPTY, FIXED, "fixed-empty",
	  "guard pages and unused or boot-time slots of fixed mappings are not mapped")
INVARIANT(FIXED_DEVICE, FIXED, "fixed-device",
	  "a fixmap slot for registers leads to no RAM in use, and is not write-back")
INVARIANT(FIXED_PAGE, FIXED, "fixed-page",
	  "a page of the CPU entry area is mapped, protected as it has to be")

/* Page directories */
INVARIANT(PGDIR_SAME, PGDIR, "pgdir-same",
	  "outside the vmalloc range all page directories have the kernel entries of init_mm")
INVARIANT(PGDIR_LAZY, PGDIR, "pgdir-lazy",
	  "in the vmalloc range a kernel entry of a page directory is init_mm's, or missing")
INVARIANT(PGDIR_TABLE, PGDIR, "pgdir-table",
	  "page directories lead to page tables in lowmem, those of users not to the kernel's")

/* Protections and cache modes */
INVARIANT(PROT_WX, PROT, "prot-wx",
	  "nothing is writable and executable once the kernel is write-protected")
INVARIANT(PROT_NX, PROT, "prot-nx",
	  "no entry has a bit that the CPU does not know")
INVARIANT(PROT_USER, PROT, "prot-user",
	  "nothing above PAGE_OFFSET is open to user space")
INVARIANT(CACHE_ALIAS, PROT, "cache-alias",
	  "RAM that is mapped in the vmalloc range has the cache mode of its linear address")
INVARIANT(CACHE_RAM, PROT, "cache-ram",
	  "lowmem has the cache mode that is reserved for it, write-back if it is free")

/* Addresses */
INVARIANT(ADDRESS_LINEAR, ADDRESS, "address-linear",
	  "virt_addr_valid() is true in the linear map, and only there")
INVARIANT(ADDRESS_VMALLOC, ADDRESS, "address-vmalloc",
	  "is_vmalloc_addr() and is_ioremap_addr() are true in their range, and only there")
INVARIANT(ADDRESS_KMAP, ADDRESS, "address-kmap",
	  "is_kmap_addr() is true in the kmap window and in kmap_local_page() slots only")
