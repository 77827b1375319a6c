// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of what the kernel says of addresses.
 */
#include <linux/kernel.h>

#include "layout_kunit.h"

static const struct {
	const char *name;
	enum mm_layout_predicate_kind kind;
	enum mm_layout_id id;
} predicates[] = {
	{ "virt_addr_valid()", MM_LAYOUT_SAYS_LINEAR, MM_LAYOUT_ADDRESS_LINEAR },
	{ "is_vmalloc_addr()", MM_LAYOUT_SAYS_VMALLOC, MM_LAYOUT_ADDRESS_VMALLOC },
	{ "is_kmap_addr()", MM_LAYOUT_SAYS_KMAP, MM_LAYOUT_ADDRESS_KMAP },
};

static void answers_held(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(predicates); i++) {
		struct mm_layout_predicate p = {
			.name = predicates[i].name,
			.kind = predicates[i].kind,
			.addr = 0xff000fff,
			.where = "pkmap",
		};

		mm_layout_rules_predicate(&p, test->priv);
		mm_layout_expect_held(test, test->priv, predicates[i].id);
		p.answer = true;
		p.expected = true;
		mm_layout_rules_predicate(&p, test->priv);
		mm_layout_expect_held(test, test->priv, predicates[i].id);
	}
}

static void answers_violated(struct kunit *test)
{
	unsigned int i;
	char text[80];

	for (i = 0; i < ARRAY_SIZE(predicates); i++) {
		struct mm_layout_predicate p = {
			.name = predicates[i].name,
			.kind = predicates[i].kind,
			.addr = 0xff000fff,
			.where = "pkmap",
			.answer = true,
		};

		scnprintf(text, sizeof(text), "%s is true at 0xff000fff, which is in pkmap",
			  p.name);
		mm_layout_rules_predicate(&p, test->priv);
		mm_layout_expect_one(test, predicates[i].id, 0xff000fff, 0xff001000, text);
		p.answer = false;
		p.expected = true;
		scnprintf(text, sizeof(text), "%s is false at 0xff000fff, which is in pkmap",
			  p.name);
		mm_layout_rules_predicate(&p, test->priv);
		mm_layout_expect_one(test, predicates[i].id, 0xff000fff, 0xff001000, text);
	}
}

static struct kunit_case rules_address_cases[] = {
	KUNIT_CASE(answers_held),
	KUNIT_CASE(answers_violated),
	{}
};

static struct kunit_suite rules_address_suite = {
	.name = "mm_layout_rules_address",
	.init = mm_layout_rules_init,
	.test_cases = rules_address_cases,
};

kunit_test_suite(rules_address_suite);
