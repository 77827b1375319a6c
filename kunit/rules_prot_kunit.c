// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for the rules of protections and cache modes. Each case starts from what a
 * healthy kernel has mapped, and breaks one thing.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "layout_kunit.h"

#define START		0xf7a00000UL
#define FRAME		0x2000UL
#define PLAIN		(MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW)

/* === Protections === */

static struct mm_layout_prot good_prot(void)
{
	return (struct mm_layout_prot) {
		.start = START,
		.end = START + SZ_16K,
		.flags = PLAIN,
	};
}

static void prot_holds(struct kunit *test, const struct mm_layout_prot *p,
		       enum mm_layout_id id)
{
	mm_layout_rules_prot(p, test->priv);
	mm_layout_expect_held(test, test->priv, id);
}

static void prot_violates(struct kunit *test, const struct mm_layout_prot *p,
			  enum mm_layout_id id, const char *text)
{
	mm_layout_rules_prot(p, test->priv);
	mm_layout_expect_one(test, id, START, START + SZ_16K, text);
}

static void wx_held(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	prot_holds(test, &p, MM_LAYOUT_PROT_WX);
	p.flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_EXEC;
	prot_holds(test, &p, MM_LAYOUT_PROT_WX);
	/* What is not present is nothing of all that. */
	p.flags = MM_LAYOUT_PTE_RW | MM_LAYOUT_PTE_EXEC;
	prot_holds(test, &p, MM_LAYOUT_PROT_WX);
	p.flags = MM_LAYOUT_PTE_NONE;
	prot_holds(test, &p, MM_LAYOUT_PROT_WX);
	/* The BIOS. */
	p.flags = PLAIN | MM_LAYOUT_PTE_EXEC;
	p.firmware = true;
	prot_holds(test, &p, MM_LAYOUT_PROT_WX);
}

static void wx_violated(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	p.flags = PLAIN | MM_LAYOUT_PTE_EXEC;
	prot_violates(test, &p, MM_LAYOUT_PROT_WX,
		      "0xf7a00000, 4 pages, is writable and executable");
}

static void nx_held(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	prot_holds(test, &p, MM_LAYOUT_PROT_NX);
}

static void nx_violated(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	p.flags |= MM_LAYOUT_PTE_RESERVED;
	prot_violates(test, &p, MM_LAYOUT_PROT_NX,
		      "0xf7a00000, 4 pages, has the NX bit, but the CPU has none");
}

static void user_held(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	prot_holds(test, &p, MM_LAYOUT_PROT_USER);
}

static void user_violated(struct kunit *test)
{
	struct mm_layout_prot p = good_prot();

	p.flags |= MM_LAYOUT_PTE_USER;
	prot_violates(test, &p, MM_LAYOUT_PROT_USER,
		      "0xf7a00000, 4 pages, is open to user space");
	/* The firmware is not meant for users either. */
	p.firmware = true;
	prot_violates(test, &p, MM_LAYOUT_PROT_USER, "is open to user space");
}

/* === Cache modes === */

/* As x86 counts and names them. */
#define WB	0
#define WC	1

static struct mm_layout_cached good_cached(void)
{
	return (struct mm_layout_cached) {
		.start = START,
		.end = START + SZ_16K,
		.pfn = FRAME,
		.cache = WB,
		.other = WB,
		.cache_name = "write-back",
		.other_name = "write-back",
	};
}

static void alias_held(struct kunit *test)
{
	struct mm_layout_cached c = good_cached();

	mm_layout_rules_alias(&c, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_CACHE_ALIAS);
	c.cache = WC;
	c.other = WC;
	mm_layout_rules_alias(&c, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_CACHE_ALIAS);
}

static void alias_violated(struct kunit *test)
{
	struct mm_layout_cached c = good_cached();

	c.cache = WC;
	c.cache_name = "write-combining";
	mm_layout_rules_alias(&c, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_CACHE_ALIAS, START, START + SZ_16K,
			     "0xf7a00000 maps pfn 0x2000 write-combining, which the linear map has write-back");
}

static void ram_held(struct kunit *test)
{
	struct mm_layout_cached c = good_cached();

	mm_layout_rules_ram_cache(&c, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_CACHE_RAM);
	c.free = true;
	mm_layout_rules_ram_cache(&c, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_CACHE_RAM);
	/* Who uses it has reserved it so. */
	c.free = false;
	c.cache = WC;
	c.other = WC;
	mm_layout_rules_ram_cache(&c, test->priv);
	mm_layout_expect_held(test, test->priv, MM_LAYOUT_CACHE_RAM);
}

static void ram_violated(struct kunit *test)
{
	struct mm_layout_cached c = good_cached();

	c.other = WC;
	c.other_name = "write-combining";
	mm_layout_rules_ram_cache(&c, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_CACHE_RAM, START, START + SZ_16K,
			     "0xf7a00000, pfn 0x2000, is write-back, but reserved is write-combining");
	c.cache = WC;
	c.cache_name = "write-combining";
	c.free = true;
	mm_layout_rules_ram_cache(&c, test->priv);
	mm_layout_expect_one(test, MM_LAYOUT_CACHE_RAM, START, START + SZ_16K,
			     "0xf7a00000, pfn 0x2000, is free, but write-combining");
}

static struct kunit_case rules_prot_cases[] = {
	KUNIT_CASE(wx_held),
	KUNIT_CASE(wx_violated),
	KUNIT_CASE(nx_held),
	KUNIT_CASE(nx_violated),
	KUNIT_CASE(user_held),
	KUNIT_CASE(user_violated),
	KUNIT_CASE(alias_held),
	KUNIT_CASE(alias_violated),
	KUNIT_CASE(ram_held),
	KUNIT_CASE(ram_violated),
	{}
};

static struct kunit_suite rules_prot_suite = {
	.name = "mm_layout_rules_prot",
	.init = mm_layout_rules_init,
	.test_cases = rules_prot_cases,
};

kunit_test_suite(rules_prot_suite);
