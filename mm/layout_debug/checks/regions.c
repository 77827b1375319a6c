// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the regions of the kernel's address space. They never change after
 * boot, no lock is needed.
 */
#include "../layout.h"

/**
 * mm_layout_check_regions - check the regions and the numbers behind them
 * @res: where violations go
 */
void mm_layout_check_regions(struct mm_layout_result *res)
{
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	struct mm_layout_bounds bounds;

	mm_layout_rules_regions(regions, mm_layout_arch_regions(regions), res);

	mm_layout_arch_bounds(&bounds);
	mm_layout_rules_bounds(&bounds, res);
	if (!bounds.max_low_pfn)
		mm_layout_skip(res, MM_LAYOUT_LOWMEM_END,
			       "the architecture does not say where lowmem ends");
	if (!bounds.vmalloc_min)
		mm_layout_skip(res, MM_LAYOUT_VMALLOC_SIZE,
			       "the architecture reserves no fixed size");
	if (!bounds.modules_start)
		mm_layout_skip(res, MM_LAYOUT_MODULES_PLACE,
			       "modules do not live in the vmalloc range");
	if (!bounds.image_start)
		mm_layout_skip(res, MM_LAYOUT_IMAGE_PLACE,
			       "the image is not in the linear map");
}
