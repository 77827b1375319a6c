/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites of mm/layout_debug/tests/ share.
 */
#ifndef _MM_LAYOUT_DEBUG_TESTS_LAYOUT_KUNIT_H
#define _MM_LAYOUT_DEBUG_TESTS_LAYOUT_KUNIT_H

#include <kunit/test.h>

#include "../layout.h"

/*
 * Invariants that a case has seen hold, and has seen violated with a report
 * that names them. coverage_kunit.c asks for all.
 */
extern DECLARE_BITMAP(mm_layout_seen_held, MM_LAYOUT_NR);
extern DECLARE_BITMAP(mm_layout_seen_violated, MM_LAYOUT_NR);

struct mm_layout_result *mm_layout_test_result(struct kunit *test);
void mm_layout_expect_held(struct kunit *test, struct mm_layout_result *res,
			   enum mm_layout_id id);
void mm_layout_expect_violated(struct kunit *test, struct mm_layout_result *res,
			       enum mm_layout_id id, const char *text);
int mm_layout_rules_init(struct kunit *test);
void mm_layout_expect_one(struct kunit *test, enum mm_layout_id id,
			  unsigned long start, unsigned long end,
			  const char *text);

int mm_layout_console_init(struct kunit_suite *suite);
void mm_layout_console_exit(struct kunit_suite *suite);
void mm_layout_console_reset(void);
unsigned long mm_layout_patient_scan(unsigned int check);
__printf(3, 4)
void mm_layout_expect_report(struct kunit *test, unsigned int check,
			     const char *fmt, ...);

struct page *mm_layout_test_page(struct kunit *test);
pte_t mm_layout_swap_entry(struct kunit *test, unsigned long addr, pte_t new);
bool mm_layout_console_saw(const char *text);

int mm_layout_hooks_init(struct kunit *test);
void mm_layout_hooks_exit(struct kunit *test);
void mm_layout_expect_clean(struct kunit *test, unsigned int check);
void mm_layout_expect_told(struct kunit *test, const char *text);

#endif /* _MM_LAYOUT_DEBUG_TESTS_LAYOUT_KUNIT_H */
