// SPDX-License-Identifier: GPL-2.0
/*
 * Struct pages that may be anything: found in lists, in other struct pages, by
 * addresses.
 */
#include <linux/align.h>
#include <linux/mm.h>
#include <linux/page-flags.h>

#include "layout.h"

#if defined(CONFIG_SPARSEMEM) && !defined(CONFIG_SPARSEMEM_VMEMMAP)
/*
 * There, page_to_pfn() follows the section that the page names. It can be read if
 * it is in the linear map; above that, virt_addr_valid() cannot be relied on.
 */
static bool names_section(const struct page *page)
{
	return IS_ALIGNED((unsigned long)page, __alignof__(*page)) &&
	       (unsigned long)page < (unsigned long)high_memory &&
	       virt_addr_valid(page) &&
	       valid_section_nr((mm_layout_page_flags(page) >> SECTIONS_PGSHIFT) &
				SECTIONS_MASK);
}
#else
static bool names_section(const struct page *page)
{
	return true;
}
#endif

/**
 * mm_layout_page_pfn - the frame of what may be a struct page
 * @page: any address
 * @pfn: set to the frame; 0 if @page cannot be a struct page
 *
 * Return: true if @page is the struct page of a frame.
 */
bool mm_layout_page_pfn(const struct page *page, unsigned long *pfn)
{
	*pfn = 0;
	if (!names_section(page))
		return false;
	*pfn = page_to_pfn(page);
	return pfn_valid(*pfn) && pfn_to_page(*pfn) == page;
}

/**
 * mm_layout_head - the first page of the folio that a page is part of
 * @page: the page
 *
 * Unlike compound_head(), does not lead to where no struct page is.
 *
 * Return: the first page; @page if what it refers to cannot be that.
 */
struct page *mm_layout_head(struct page *page)
{
	struct page *head = compound_head(page);
	unsigned long pfn;

	return mm_layout_page_pfn(head, &pfn) ? head : page;
}

/**
 * mm_layout_page_state - what a page is, as far as struct pages tell
 * @page: the page
 *
 * Read without a lock: the page may be allocated or freed meanwhile. Of pages without
 * references, only those in a free list are known to be free: others are kept for a CPU,
 * or are inside of a block that was allocated without __GFP_COMP.
 *
 * Return: %MM_LAYOUT_PAGE_FREE, %MM_LAYOUT_PAGE_HELD, %MM_LAYOUT_PAGE_OUTSIDE or
 * %MM_LAYOUT_PAGE_KERNEL.
 */
enum mm_layout_page_state mm_layout_page_state(struct page *page)
{
	struct page *head = mm_layout_head(page);

	switch (mm_layout_page_type(head)) {
	case MM_LAYOUT_TYPE_SLAB:
	case MM_LAYOUT_TYPE_LARGE_KMALLOC:
	case MM_LAYOUT_TYPE_TABLE:
		return MM_LAYOUT_PAGE_KERNEL;
	default:
		break;
	}
	if (mm_layout_page_reserved(page))
		return MM_LAYOUT_PAGE_OUTSIDE;
	return !page_ref_count(head) && is_free_buddy_page(page) ? MM_LAYOUT_PAGE_FREE :
								   MM_LAYOUT_PAGE_HELD;
}
