// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for the kmap window and the slots of kmap_local_page(). Pure functions of
 * facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "../layout.h"

static void kmap_page(const struct mm_layout_kmap *k, struct mm_layout_result *res)
{
	unsigned long end = k->addr + PAGE_SIZE;

	mm_layout_expect(res, KMAP_PAGE, k->highmem, ADDR, k->addr, end,
			 "slot %#lx leads to pfn %#lx, which is not highmem",
			 k->addr, k->pfn);
	if (!k->highmem)
		return;
	mm_layout_expect(res, KMAP_PAGE, k->address == k->addr, ADDR, k->addr, end,
			 "slot %#lx leads to pfn %#lx, whose page_address() is %#lx",
			 k->addr, k->pfn, k->address);
	mm_layout_expect(res, KMAP_PAGE, k->recorded == k->pfn, ADDR, k->addr, end,
			 "slot %#lx leads to pfn %#lx, but is recorded for pfn %#lx",
			 k->addr, k->pfn, k->recorded);
	mm_layout_expect(res, KMAP_FLAGS, k->flags == k->wanted, ADDR, k->addr, end,
			 "slot %#lx has protections %#x, kmap() asks for %#x",
			 k->addr, k->flags, k->wanted);
}

/**
 * mm_layout_rules_kmap - rules for a slot of the kmap window
 * @k: the slot
 * @res: where violations go; NULL in a hook
 *
 * A slot without a user stays mapped, and its page keeps the address, until the
 * window is full and all such slots are flushed.
 */
void mm_layout_rules_kmap(const struct mm_layout_kmap *k,
			  struct mm_layout_result *res)
{
	unsigned long end = k->addr + PAGE_SIZE;
	bool present = k->flags & MM_LAYOUT_PTE_PRESENT;

	mm_layout_expect(res, KMAP_COUNT, k->count <= 0 || present,
			 ADDR, k->addr, end, "slot %#lx has count %d, but is not mapped",
			 k->addr, k->count);
	mm_layout_expect(res, KMAP_COUNT,
			 k->count > 0 || (k->flags & MM_LAYOUT_PTE_NONE),
			 ADDR, k->addr, end, "slot %#lx maps pfn %#lx, but has count %d",
			 k->addr, k->pfn, k->count);
	if (present && k->count > 0)
		kmap_page(k, res);
}

/**
 * mm_layout_rules_slot - rule for the place of a slot's entry
 * @s: the slot
 * @res: where violations go
 *
 * kmap() and kmap_local_page() walk no page tables, but index one.
 */
void mm_layout_rules_slot(const struct mm_layout_slot *s,
			  struct mm_layout_result *res)
{
	mm_layout_expect(res, KMAP_TABLE, s->entry == s->walked,
			 ADDR, s->addr, s->addr + PAGE_SIZE,
			 "the entry of slot %#lx is at %#lx, but %#lx is written to",
			 s->addr, s->walked, s->entry);
}

/**
 * mm_layout_rules_local - rules for a slot of kmap_local_page()
 * @l: the slot
 * @res: where violations go; NULL in a hook
 */
void mm_layout_rules_local(const struct mm_layout_local *l,
			   struct mm_layout_result *res)
{
	unsigned long end = l->addr + PAGE_SIZE;

	if (l->guard) {
		mm_layout_expect(res, KMAP_GUARD, !l->value, ADDR, l->addr, end,
				 "guard slot %#lx of CPU %u holds %#llx",
				 l->addr, l->cpu, l->value);
		return;
	}
	mm_layout_expect(res, KMAP_LOCAL, l->used || !l->value,
			 ADDR, l->addr, end,
			 "slot %#lx of CPU %u holds %#llx, but nobody uses it",
			 l->addr, l->cpu, l->value);
	mm_layout_expect(res, KMAP_LOCAL, !l->used || l->value == l->recorded,
			 ADDR, l->addr, end,
			 "slot %#lx of CPU %u holds %#llx, its task has mapped %#llx",
			 l->addr, l->cpu, l->value, l->recorded);
}
