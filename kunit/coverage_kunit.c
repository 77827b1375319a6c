// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit test that looks back: has a case seen each invariant hold, and has one
 * seen it violated and named in the report? It means something after all other
 * suites only.
 */
#include <linux/bitmap.h>

#include "layout_kunit.h"

static void every_invariant(struct kunit *test)
{
	int i;

	for (i = 0; i < MM_LAYOUT_NR; i++) {
		const char *name = mm_layout_invariants[i].name;

		KUNIT_EXPECT_TRUE_MSG(test, test_bit(i, mm_layout_seen_held),
				      "no case in which %s holds", name);
		KUNIT_EXPECT_TRUE_MSG(test, test_bit(i, mm_layout_seen_violated),
				      "no case in which %s is violated", name);
	}
}

static struct kunit_case coverage_cases[] = {
	KUNIT_CASE(every_invariant),
	{}
};

static struct kunit_suite coverage_suite = {
	.name = "mm_layout_coverage",
	.test_cases = coverage_cases,
};

kunit_test_suite(coverage_suite);
