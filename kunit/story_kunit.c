// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what explain understands and says: questions that people write, and
 * stories made up of numbers. Nothing here reads the running kernel.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "layout_kunit.h"

/* === Questions === */

static void expect_question(struct kunit *test, const char *text, enum mm_layout_ask ask,
			    u64 value)
{
	struct mm_layout_question q = { .value = ~0ULL };

	KUNIT_EXPECT_EQ_MSG(test, mm_layout_parse_question(text, &q), 0, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, q.ask, ask, "%s", text);
	KUNIT_EXPECT_EQ_MSG(test, q.value, value, "%s", text);
}

static void questions(struct kunit *test)
{
	expect_question(test, "0xc1000000", MM_LAYOUT_ASK_ADDR, 0xc1000000);
	/* As an oops prints it. */
	expect_question(test, "c1000000", MM_LAYOUT_ASK_ADDR, 0xc1000000);
	expect_question(test, "0", MM_LAYOUT_ASK_ADDR, 0);
	expect_question(test, "pfn:0x1234", MM_LAYOUT_ASK_PFN, 0x1234);
	expect_question(test, "pfn:10", MM_LAYOUT_ASK_PFN, 0x10);
	expect_question(test, "phys:0xfee00020", MM_LAYOUT_ASK_PHYS, 0xfee00020);
}

static void refused_questions(struct kunit *test)
{
	static const char * const texts[] = {
		"", " ", "0x", "-1", "+1", "0xc1000000 ", " c1000000", "c1000000,c2000000",
		"xyz", "pfn:", "pfn:-1", "pfn:+1", "phys:", "phys:xyz", "pfn:phys:1",
		"PFN:1", "pfn: 1", "0x0xc1000000", "0x10000000000000000",
		"pfn:0x10000000000000", "phys:0x10000000000000000",
	};
	const struct mm_layout_question before = { MM_LAYOUT_ASK_PHYS, 0x42 };
	struct mm_layout_question q;
	int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		q = before;
		KUNIT_EXPECT_EQ_MSG(test, mm_layout_parse_question(texts[i], &q), -EINVAL,
				    "'%s'", texts[i]);
		KUNIT_EXPECT_MEMEQ(test, &q, &before, sizeof(q));
	}
}

/* What does not fit into an address, and what does just. */
static void largest_questions(struct kunit *test)
{
	phys_addr_t max_phys = PFN_PHYS(PHYS_PFN(PHYS_ADDR_MAX)) + PAGE_SIZE - 1;
	struct mm_layout_question q;
	char text[32];

	scnprintf(text, sizeof(text), "%lx", ULONG_MAX);
	expect_question(test, text, MM_LAYOUT_ASK_ADDR, ULONG_MAX);
	scnprintf(text, sizeof(text), "%lx0", ULONG_MAX);
	KUNIT_EXPECT_EQ(test, mm_layout_parse_question(text, &q), -EINVAL);
	scnprintf(text, sizeof(text), "phys:%llx", (u64)max_phys);
	expect_question(test, text, MM_LAYOUT_ASK_PHYS, max_phys);
	if (max_phys < PHYS_ADDR_MAX) {
		scnprintf(text, sizeof(text), "phys:%llx", (u64)max_phys + 1);
		KUNIT_EXPECT_EQ(test, mm_layout_parse_question(text, &q), -EINVAL);
	}
	scnprintf(text, sizeof(text), "pfn:%llx", (u64)PHYS_PFN(PHYS_ADDR_MAX));
	expect_question(test, text, MM_LAYOUT_ASK_PFN, PHYS_PFN(PHYS_ADDR_MAX));
	scnprintf(text, sizeof(text), "pfn:%llx", (u64)PHYS_PFN(PHYS_ADDR_MAX) + 1);
	KUNIT_EXPECT_EQ(test, mm_layout_parse_question(text, &q), -EINVAL);
}

/* === Stories === */

#define TEXT_LEN	2048

static void note_line(const char *line, void *text)
{
	strlcat(text, line, TEXT_LEN);
	strlcat(text, "\n", TEXT_LEN);
}

static const char *told(struct kunit *test, const struct mm_layout_story *s)
{
	char *text = kunit_kzalloc(test, TEXT_LEN, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	mm_layout_tell_story(s, note_line, text);
	return text;
}

/* An address of lowmem in a page of 4K that belongs to nobody known. */
static struct mm_layout_story *plain_story(struct kunit *test)
{
	struct mm_layout_story *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	*s = (struct mm_layout_story) {
		.q = { .value = 0xc1234567 },
		.is_addr = true,
		.addr = 0xc1234567,
		.region = "linear",
		.start = 0xc0000000,
		.last = 0xf7dfdfff,
		.use = { .kmap = -1, .kmap_count = -1, .fixmap = -1, .local = -1,
			 .fixed_nr = -1 },
		.nr_levels = 2,
		.level = {
			{ .name = "pgd", .index = 772, .raw = 0x1801063,
			  .kind = MM_LAYOUT_LEVEL_TABLE, .pfn = 0x1801 },
			{ .name = "pte", .index = 564, .raw = 0x1234163,
			  .kind = MM_LAYOUT_LEVEL_LEAF, .pfn = 0x1234, .leaf = SZ_4K,
			  .rw_known = true,
			  .flags = MM_LAYOUT_PTE_PRESENT | MM_LAYOUT_PTE_RW },
		},
		.has_frame = true,
		.frame = { .pfn = 0x1234, .kind = MM_LAYOUT_FRAME_HELD, .zone = "Normal",
			   .refcount = 1, .type = 0xffffffff },
	};
	return s;
}

static void expect_told(struct kunit *test, const struct mm_layout_story *s,
			const char *line)
{
	const char *text = told(test, s);

	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, line), "no '%s' in\n%s", line, text);
}

static void address_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);
	const char *text = told(test, s);

	KUNIT_EXPECT_TRUE_MSG(test, str_has_prefix(text, "address: 0xc1234567\n"
			"region: linear, 0xc0000000-0xf7dfdfff, byte 0x1234567 of it\n"
			"pgd[772]: 0x1801063, page table in pfn 0x1801\n"
			"pte[564]: 0x1234163, 4K page, pfn 0x1234, writable"), "%s", text);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, "\nframe: pfn 0x1234, physical 0x1234000\n"
			"page: zone Normal, node 0, refcount 1, type 0xffffffff, flags "),
			"%s", text);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(text, "\nwhat: in use by the kernel\n"),
			      "%s", text);
	KUNIT_EXPECT_FALSE(test, strstr(text, "\nuse: "));
	KUNIT_EXPECT_FALSE(test, strstr(text, "\nalias: "));
	KUNIT_EXPECT_FALSE(test, strstr(text, "\nsymbol: "));
}

static void levels_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);
	struct mm_layout_level *last = &s->level[1];

	last->flags = MM_LAYOUT_PTE_PRESENT;
	expect_told(test, s, ", 4K page, pfn 0x1234, read-only");
	last->rw_known = false;
	last->nx_known = true;
	expect_told(test, s, ", 4K page, pfn 0x1234, not executable");
	last->rw_known = true;
	last->nx_known = true;
	expect_told(test, s, ", 4K page, pfn 0x1234, read-only, not executable");
	last->flags |= MM_LAYOUT_PTE_EXEC | MM_LAYOUT_PTE_USER | MM_LAYOUT_PTE_GLOBAL;
	expect_told(test, s, ", read-only, executable, open to user space, global");
	last->flags = MM_LAYOUT_PTE_PRESENT;
	last->leaf = SZ_4M;
	expect_told(test, s, ", 4096K page, pfn 0x1234, read-only");
	s->has_frame = false;
	last->kind = MM_LAYOUT_LEVEL_EMPTY;
	last->raw = 0;
	expect_told(test, s, "\npte[564]: 0x0, nothing\n");
	last->kind = MM_LAYOUT_LEVEL_ABSENT;
	last->raw = 0x1234160;
	expect_told(test, s, "\npte[564]: 0x1234160, not present\n");
	last->kind = MM_LAYOUT_LEVEL_BAD;
	expect_told(test, s, "\npte[564]: 0x1234160, leads to no page table\n");
	last->kind = MM_LAYOUT_LEVEL_TABLE;
	last->pfn = MM_LAYOUT_UNKNOWN;
	expect_told(test, s, "\npte[564]: 0x1234160, a page table\n");
	KUNIT_EXPECT_FALSE(test, strstr(told(test, s), "\nframe: "));
	s->by_place = true;
	s->has_frame = true;
	expect_told(test, s, "\nuse: linear address of pfn 0x1234, without a page-table entry\n");
}

static void places_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);

	s->region = NULL;
	expect_told(test, s, "\nregion: none that is known\n");
	s->hole = true;
	expect_told(test, s, "\nregion: none, 0xc0000000-0xf7dfdfff is a hole\n");
	s->user = true;
	s->start = 0;
	s->last = 0xbfffffff;
	expect_told(test, s, "\nregion: user, 0x0-0xbfffffff: every process has its own\n");
	s->q.ask = MM_LAYOUT_ASK_PFN;
	s->q.value = 0x1234;
	s->is_addr = false;
	KUNIT_EXPECT_TRUE(test, str_has_prefix(told(test, s), "pfn: 0x1234\n"
					       "frame: pfn 0x1234, physical 0x1234000\n"));
	s->q.ask = MM_LAYOUT_ASK_PHYS;
	s->q.value = 0x1234567;
	KUNIT_EXPECT_TRUE(test, str_has_prefix(told(test, s), "phys: 0x1234567\nframe: "));
}

static void areas_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);
	struct mm_layout_area *a = &s->use.area;

	s->addr = 0xf8123456;
	*a = (struct mm_layout_area) {
		.start = 0xf8120000,
		.end = 0xf8125000,
		.mapped_end = 0xf8124000,
		.kind = MM_LAYOUT_AREA_VMALLOC,
	};
	expect_told(test, s, "\nuse: page 3 of vmalloc area 0xf8120000-0xf8124fff\n");
	s->addr = 0xf8124000;
	expect_told(test, s, "\nuse: guard page of vmalloc area 0xf8120000-0xf8124fff\n");
	a->kind = MM_LAYOUT_AREA_IOREMAP;
	a->phys = 0xfee00000;
	expect_told(test, s, "\nuse: guard page of ioremap area 0xf8120000-0xf8124fff of ");
	expect_told(test, s, "0xf8124fff of physical 0xfee00000\n");
	a->caller = (unsigned long)mm_layout_tell_story;
	expect_told(test, s, ", made by mm_layout_tell_story+0x0/0x");
	a->end = 0;
	s->use.owners = MM_LAYOUT_TILE_FREE;
	expect_told(test, s, "\nuse: in no vmap area\n");
	s->use.owners = MM_LAYOUT_TILE_LAZY;
	expect_told(test, s, "\nuse: freed vmap area, not flushed from TLBs yet\n");
}

static void slots_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);

	s->use.kmap = 12;
	expect_told(test, s, "\nuse: kmap slot 12\n");
	s->use.kmap_count = 0;
	expect_told(test, s, "\nuse: kmap slot 12, free\n");
	s->use.kmap_count = 3;
	expect_told(test, s, "\nuse: kmap slot 12, 2 users\n");
	s->use.kmap = -1;
	s->use.fixmap = 41;
	expect_told(test, s, "\nuse: fixmap slot 41\n");
	s->use.fixed = "the fixmap slot of the local APIC";
	expect_told(test, s, "\nuse: fixmap slot 41, the fixmap slot of the local APIC\n");
	s->use.fixed = NULL;
	s->use.local = 3;
	s->use.local_cpu = 1;
	expect_told(test, s, "\nuse: fixmap slot 41, kmap_local slot 3 of CPU 1\n");
	s->use.fixmap = -1;
	s->use.fixed = "the GDT of CPU";
	s->use.fixed_nr = 1;
	expect_told(test, s, "\nuse: the GDT of CPU 1\n");
	s->use.fixed = "the IDT";
	s->use.fixed_nr = -1;
	expect_told(test, s, "\nuse: the IDT\n");
}

static void kinds_told(struct kunit *test)
{
	static const struct {
		enum mm_layout_frame_kind kind;
		const char *line;
	} kinds[] = {
		{ MM_LAYOUT_FRAME_NONE, "what: no struct page" },
		{ MM_LAYOUT_FRAME_UNINIT, "what: a struct page that was never initialised" },
		{ MM_LAYOUT_FRAME_FREE, "what: free, page 52 of a block of order 6" },
		{ MM_LAYOUT_FRAME_LOOSE, "what: no references" },
		{ MM_LAYOUT_FRAME_RESERVED, "what: reserved" },
		{ MM_LAYOUT_FRAME_TABLE, "what: page table" },
		{ MM_LAYOUT_FRAME_ANON,
		  "what: anonymous memory of user space, all of its folio mapped 2 times" },
		{ MM_LAYOUT_FRAME_FILE, "what: part of a file, all of its folio mapped 2 times" },
		{ MM_LAYOUT_FRAME_HUGETLB, "what: a huge page of hugetlbfs" },
		{ MM_LAYOUT_FRAME_HELD, "what: in use by the kernel" },
	};
	struct mm_layout_story *s = plain_story(test);
	int i;

	s->frame.head_pfn = 0x1200;
	s->frame.order = 6;
	s->frame.mapcount = 2;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		s->frame.kind = kinds[i].kind;
		expect_told(test, s, kinds[i].line);
	}
	s->frame.order = 0;
	s->frame.kind = MM_LAYOUT_FRAME_FILE;
	expect_told(test, s, "\nwhat: part of a file, mapped 2 times\n");
	strscpy(s->frame.resource.name, "Local APIC");
	s->frame.resource.start = 0xfee00000;
	s->frame.resource.end = 0xfee00fff;
	expect_told(test, s, "\nresource: Local APIC, physical 0xfee00000-0xfee00fff\n");
}

static void owners_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);
	struct mm_layout_owner *o = &s->frame.owner;

	s->frame.kind = MM_LAYOUT_FRAME_OWNED;
	*o = (struct mm_layout_owner) {
		.kind = MM_LAYOUT_OWNER_SLAB,
		.cache = "kmalloc-64",
		.objects = 64,
		.index = 21,
		.offset = 39,
		.size = 64,
		.state = MM_LAYOUT_OBJECT_FREE,
	};
	expect_told(test, s, "\nwhat: slab of cache kmalloc-64, byte 39 of object 21 of 64, ");
	expect_told(test, s, " of 64, 64 bytes each, free\n");
	o->state = MM_LAYOUT_OBJECT_NONE;
	expect_told(test, s, "\nwhat: slab of cache kmalloc-64, behind its 64 objects\n");
	o->cache[0] = '\0';
	expect_told(test, s, "\nwhat: slab of no known cache\n");
	o->kind = MM_LAYOUT_OWNER_LARGE;
	o->size = SZ_16K;
	expect_told(test, s, "\nwhat: byte 39 of a large kmalloc of 16384 bytes\n");
	o->kind = MM_LAYOUT_OWNER_KFENCE;
	expect_told(test, s, "\nwhat: in the KFENCE pool\n");
}

static void aliases_told(struct kunit *test)
{
	struct mm_layout_story *s = plain_story(test);
	int i;

	for (i = 0; i < MM_LAYOUT_MAX_ALIASES; i++) {
		s->alias_use[i] = s->use;
		s->alias[i] = 0xff800000 + i * SZ_4K;
		s->alias_use[i].kmap = i;
		s->alias_use[i].kmap_count = 2;
	}
	s->alias[0] = 0xc1234000;
	s->alias_use[0].kmap = -1;
	s->nr_aliases = 2;
	expect_told(test, s, "\nalias: 0xc1234000, for what is not known\n");
	s->linear = 0xc1234000;
	expect_told(test, s, "\nalias: 0xc1234000, its linear address\n"
			     "alias: 0xff801000, kmap slot 1, 1 users\n");
	s->nr_aliases = MM_LAYOUT_MAX_ALIASES + 5;
	expect_told(test, s, "alias: and 5 more\n");
}

/* === What may be printed === */

static void hides(struct kunit *test, const char *text, const char *expected)
{
	char line[64];

	strscpy(line, text);
	mm_layout_hide(line);
	KUNIT_EXPECT_STREQ(test, line, expected);
}

static void addresses_hidden(struct kunit *test)
{
	static const char marks[] = "????????????????";
	char text[64], hidden[64];

	hides(test, "nothing to hide", "nothing to hide");
	hides(test, "0x", "0x");
	hides(test, "pfn 0x1234, order 3", "pfn 0x1234, order 3");
	scnprintf(text, sizeof(text), "at 0x%lx.", PAGE_OFFSET);
	scnprintf(hidden, sizeof(hidden), "at 0x%.*s.", (int)strlen(text) - 6, marks);
	hides(test, text, hidden);
	scnprintf(text, sizeof(text), "at 0x%lx.", PAGE_OFFSET - 1);
	hides(test, text, text);
	scnprintf(text, sizeof(text), "0x%lx-0x%lx", ULONG_MAX - 1, ULONG_MAX);
	scnprintf(hidden, sizeof(hidden), "0x%.*s-0x%.*s", BITS_PER_LONG / 4, marks,
		  BITS_PER_LONG / 4, marks);
	hides(test, text, hidden);
}

static struct kunit_case story_cases[] = {
	KUNIT_CASE(questions),
	KUNIT_CASE(refused_questions),
	KUNIT_CASE(largest_questions),
	KUNIT_CASE(address_told),
	KUNIT_CASE(levels_told),
	KUNIT_CASE(places_told),
	KUNIT_CASE(areas_told),
	KUNIT_CASE(slots_told),
	KUNIT_CASE(kinds_told),
	KUNIT_CASE(owners_told),
	KUNIT_CASE(aliases_told),
	KUNIT_CASE(addresses_hidden),
	{}
};

static struct kunit_suite story_suite = {
	.name = "mm_layout_story",
	.test_cases = story_cases,
};

kunit_test_suite(story_suite);
