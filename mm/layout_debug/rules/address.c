// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for what the kernel says of addresses. Pure functions of facts.
 */
#include <linux/kernel.h>
#include <linux/string_choices.h>

#include "../layout.h"

/**
 * mm_layout_rules_predicate - rule for what a function says of an address
 * @p: the function, the address and the answer
 * @res: where violations go
 */
void mm_layout_rules_predicate(const struct mm_layout_predicate *p,
			       struct mm_layout_result *res)
{
	bool right = p->answer == p->expected;

	switch (p->kind) {
	case MM_LAYOUT_SAYS_LINEAR:
		mm_layout_expect(res, ADDRESS_LINEAR, right,
				 ADDR, p->addr, p->addr + 1,
				 "%s is %s at %#lx, which is in %s", p->name,
				 str_true_false(p->answer), p->addr, p->where);
		break;
	case MM_LAYOUT_SAYS_VMALLOC:
		mm_layout_expect(res, ADDRESS_VMALLOC, right,
				 ADDR, p->addr, p->addr + 1,
				 "%s is %s at %#lx, which is in %s", p->name,
				 str_true_false(p->answer), p->addr, p->where);
		break;
	case MM_LAYOUT_SAYS_KMAP:
		mm_layout_expect(res, ADDRESS_KMAP, right,
				 ADDR, p->addr, p->addr + 1,
				 "%s is %s at %#lx, which is in %s", p->name,
				 str_true_false(p->answer), p->addr, p->where);
		break;
	}
}
