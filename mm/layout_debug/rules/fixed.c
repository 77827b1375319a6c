// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for addresses that are fixed at build time. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "../layout.h"

/* "unused slot" or, where there are several, "GDT of CPU 3". */
#define NAME_LEN	56

static void slot_name(const struct mm_layout_fixed_slot *s, char *name)
{
	if (s->nr < 0)
		strscpy(name, s->name, NAME_LEN);
	else
		scnprintf(name, NAME_LEN, "%s %d", s->name, s->nr);
}

static void fixed_page(const struct mm_layout_fixed *f, const char *name,
		       struct mm_layout_result *res)
{
	bool present = f->flags & MM_LAYOUT_PTE_PRESENT;

	mm_layout_expect(res, FIXED_PAGE, present, ADDR, f->start, f->end,
			 "%s, %#lx, is not mapped", name, f->start);
	if (!present)
		return;
	mm_layout_expect(res, FIXED_PAGE,
			 f->recorded == MM_LAYOUT_UNKNOWN || f->pfn == f->recorded,
			 ADDR, f->start, f->end,
			 "%s, %#lx, leads to pfn %#lx, expected pfn %#lx",
			 name, f->start, f->pfn, f->recorded);
	mm_layout_expect(res, FIXED_PAGE,
			 f->slot->readonly == !(f->flags & MM_LAYOUT_PTE_RW),
			 ADDR, f->start, f->end, "%s, %#lx, is %s", name, f->start,
			 f->slot->readonly ? "writable" : "read-only");
}

/**
 * mm_layout_rules_fixed - rules for what is mapped at a fixed address
 * @f: entries that are alike
 * @res: where violations go
 */
void mm_layout_rules_fixed(const struct mm_layout_fixed *f,
			   struct mm_layout_result *res)
{
	bool mapped = !(f->flags & MM_LAYOUT_PTE_NONE);
	char name[NAME_LEN];

	slot_name(f->slot, name);
	switch (f->slot->kind) {
	case MM_LAYOUT_SLOT_EMPTY:
		mm_layout_expect(res, FIXED_EMPTY, !mapped, ADDR, f->start, f->end,
				 "%s, %#lx, maps pfn %#lx", name, f->start, f->pfn);
		break;
	case MM_LAYOUT_SLOT_DEVICE:
		mm_layout_expect(res, FIXED_DEVICE, !mapped || !f->ram,
				 ADDR, f->start, f->end,
				 "%s, %#lx, maps pfn %#lx, RAM that the kernel uses",
				 name, f->start, f->pfn);
		mm_layout_expect(res, FIXED_DEVICE, !mapped || !f->cached,
				 ADDR, f->start, f->end,
				 "%s, %#lx, maps pfn %#lx, cached as memory is",
				 name, f->start, f->pfn);
		break;
	case MM_LAYOUT_SLOT_PAGE:
		fixed_page(f, name, res);
		break;
	}
}
