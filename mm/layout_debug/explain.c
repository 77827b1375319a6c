// SPDX-License-Identifier: GPL-2.0
/*
 * Reads all that is known of an address or a page frame. What is found there may be what
 * is wrong, and may change at any time.
 */
#include <linux/atomic.h>
#include <linux/highmem.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/module.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/sections.h>

#include "layout.h"

#ifdef CONFIG_MM_LAYOUT_LINEAR
#include <asm/fixmap.h>
#endif

/* === The question === */

/**
 * mm_layout_parse_question - what a person wants explained
 * @text: an address in hexadecimal digits, "pfn:" or "phys:" in front of it if it is
 *	no virtual one
 * @q: changed only if the text is right
 *
 * Return: 0, or -EINVAL.
 */
int mm_layout_parse_question(const char *text, struct mm_layout_question *q)
{
	struct mm_layout_question new = { .ask = MM_LAYOUT_ASK_ADDR };
	u64 limit = ULONG_MAX;

	if (strstarts(text, "pfn:")) {
		new.ask = MM_LAYOUT_ASK_PFN;
		limit = PHYS_PFN(PHYS_ADDR_MAX);
		text += 4;
	} else if (strstarts(text, "phys:")) {
		new.ask = MM_LAYOUT_ASK_PHYS;
		limit = PHYS_ADDR_MAX;
		text += 5;
	}
	/* kstrtoull() would take a sign. */
	if (*text == '+' || kstrtoull(text, 16, &new.value) || new.value > limit)
		return -EINVAL;
	/* With 64-bit physical addresses, most are behind what has a frame number. */
	if (new.ask == MM_LAYOUT_ASK_PHYS && new.value >> PAGE_SHIFT > ULONG_MAX)
		return -EINVAL;
	*q = new;
	return 0;
}

/* === The region === */

static void read_region(struct mm_layout_story *s)
{
	struct mm_layout_region regions[MM_LAYOUT_MAX_REGIONS];
	unsigned int i, nr = mm_layout_arch_regions(regions);

	s->start = 0;
	s->last = ULONG_MAX;
	s->hole = mm_layout_arch_regions_complete();
	/* Not so on UML, where user space is in other address spaces. */
	if (regions[0].start >= TASK_SIZE_MAX) {
		s->user = s->addr < TASK_SIZE_MAX;
		s->start = s->user ? 0 : TASK_SIZE_MAX;
		s->last = s->user ? TASK_SIZE_MAX - 1 : ULONG_MAX;
	}
	for (i = 0; i < nr; i++) {
		if (s->addr >= regions[i].end) {
			s->start = max(s->start, regions[i].end);
			continue;
		}
		s->last = min(s->last, regions[i].start - 1);
		if (s->addr < regions[i].start)
			return;
		s->region = regions[i].name;
		s->start = regions[i].start;
		s->last = regions[i].end - 1;
		return;
	}
}

/*
 * The image is mapped elsewhere if it is not in the linear map. What was for start-up only
 * is given to the page allocator.
 */
static bool has_symbol(unsigned long addr)
{
	if (init_section_contains((void *)addr, 1) && system_state >= SYSTEM_RUNNING)
		return false;
	return (addr >= (unsigned long)_text && addr < (unsigned long)_end) ||
	       is_module_address(addr);
}

/* === What the address is used for === */

#ifdef CONFIG_MM_LAYOUT_KMAP
static void read_kmap(unsigned long addr, bool atomic, struct mm_layout_use *use)
{
	struct mm_layout_raw_kmap raw;

	if (addr < PKMAP_ADDR(0) || addr >= PKMAP_ADDR(LAST_PKMAP))
		return;
	use->kmap = PKMAP_NR(addr);
	if (atomic)
		return;
	mm_layout_read_kmap(use->kmap, &raw);
	use->kmap_count = raw.count;
}

static void __maybe_unused read_local(unsigned int slot, struct mm_layout_use *use)
{
	if (slot < FIX_KMAP_BEGIN || slot > FIX_KMAP_END)
		return;
	use->local = (slot - FIX_KMAP_BEGIN) % KM_MAX_IDX;
	use->local_cpu = (slot - FIX_KMAP_BEGIN) / KM_MAX_IDX;
}
#else
static void read_kmap(unsigned long addr, bool atomic, struct mm_layout_use *use) { }
static void __maybe_unused read_local(unsigned int slot, struct mm_layout_use *use) { }
#endif

#ifdef CONFIG_MM_LAYOUT_LINEAR
static void read_fixmap(unsigned long addr, struct mm_layout_use *use)
{
	/* The slot 0 is the page at FIXADDR_TOP. */
	if (addr < FIXADDR_TOT_START || addr > FIXADDR_TOP + PAGE_SIZE - 1)
		return;
	use->fixmap = __virt_to_fix(addr);
	read_local(use->fixmap, use);
}
#else
static void read_fixmap(unsigned long addr, struct mm_layout_use *use) { }
#endif

struct fixed_search {
	unsigned long addr;
	struct mm_layout_use *use;
};

static void find_fixed(const struct mm_layout_fixed_slot *slot, void *arg)
{
	const struct fixed_search *f = arg;

	if (f->addr < slot->start || f->addr > slot->end - 1)
		return;
	f->use->fixed = slot->name;
	f->use->fixed_nr = slot->nr;
}

static bool find_area(unsigned long addr, bool atomic, struct mm_layout_area *a)
{
	if (!atomic)
		return mm_layout_next_area(addr, a) && addr >= a->start;
	if (!mm_layout_try_area(addr, a))
		return false;
	mm_layout_tell_module(a);
	return true;
}

static void read_vmalloc(unsigned long addr, bool atomic, struct mm_layout_use *use)
{
	struct mm_layout_tile t;

	if (addr < VMALLOC_START || addr >= VMALLOC_END)
		return;
	if (find_area(addr, atomic, &use->area))
		return;
	use->area.end = 0;
	if (atomic)
		return;
	mmap_write_lock(&init_mm);
	mm_layout_read_tile(addr & PAGE_MASK, &t);
	mmap_write_unlock(&init_mm);
	use->owners = t.owners;
}

static void read_use(unsigned long addr, bool atomic, struct mm_layout_use *use)
{
	struct fixed_search f = { .addr = addr, .use = use };

	*use = (struct mm_layout_use) {
		.kmap = -1,
		.kmap_count = -1,
		.fixmap = -1,
		.local = -1,
		.fixed_nr = -1,
	};
	read_vmalloc(addr, atomic, use);
	read_kmap(addr, atomic, use);
	read_fixmap(addr, use);
	mm_layout_arch_fixed(find_fixed, &f);
}

/* === The frame === */

/* The free block that a page is part of, as is_free_buddy_page(). */
static bool read_free(const struct page *page, struct mm_layout_frame *f)
{
	unsigned int order;

	for (order = 0; order < NR_PAGE_ORDERS; order++) {
		const struct page *head = page - (f->pfn & (BIT(order) - 1));

		if (!PageBuddy(head) || page_private(head) < order)
			continue;
		f->head_pfn = f->pfn & ~(BIT(order) - 1);
		f->order = min_t(unsigned long, page_private(head), MAX_PAGE_ORDER);
		return true;
	}
	return false;
}

/* The page may become or cease to be part of a folio meanwhile: no folio_mapcount(). */
static int read_mapcount(const struct page *page, const struct page *head)
{
	if (PageHead(head))
		return atomic_read(&((const struct folio *)head)->_large_mapcount) + 1;
	return atomic_read(&page->_mapcount) + 1;
}

static enum mm_layout_frame_kind held_kind(struct page *head)
{
	unsigned long mapping = (unsigned long)READ_ONCE(head->mapping);

	if (mm_layout_page_type(head) == MM_LAYOUT_TYPE_TABLE)
		return MM_LAYOUT_FRAME_TABLE;
	/* In its pool, it has no references. */
	if (PageHuge(head))
		return MM_LAYOUT_FRAME_HUGETLB;
	if (!page_ref_count(head))
		return MM_LAYOUT_FRAME_LOOSE;
	if (mm_layout_page_type(head) || !mapping)
		return MM_LAYOUT_FRAME_HELD;
	if (mapping & FOLIO_MAPPING_ANON)
		return MM_LAYOUT_FRAME_ANON;
	return mapping & FOLIO_MAPPING_FLAGS ? MM_LAYOUT_FRAME_HELD :
					       MM_LAYOUT_FRAME_FILE;
}

static void read_page(struct page *page, unsigned int offset, struct mm_layout_frame *f)
{
	struct page *head = mm_layout_head(page);
	unsigned int zone = page_zonenum(page);

	f->nid = mm_layout_page_nid(page);
	f->zone = mm_layout_zone_name(f->nid, zone);
	f->zone_key = mm_layout_zone_key(f->nid, zone);
	f->flags = mm_layout_page_flags(page);
	f->type = READ_ONCE(page->page_type);
	f->refcount = page_ref_count(head);
	if (read_free(page, f)) {
		f->kind = MM_LAYOUT_FRAME_FREE;
		return;
	}
	f->head_pfn = page_to_pfn(head);
	f->order = min_t(unsigned int, compound_order(head), MAX_PAGE_ORDER);
	/* The KFENCE pool is reserved, but that is not all of it. */
	if (!is_highmem_idx(zone) &&
	    mm_layout_find_owner((unsigned long)lowmem_page_address(page) + offset,
				 &f->owner))
		f->kind = MM_LAYOUT_FRAME_OWNED;
	else if (mm_layout_page_reserved(page))
		f->kind = MM_LAYOUT_FRAME_RESERVED;
	else
		f->kind = held_kind(head);
	if (f->kind == MM_LAYOUT_FRAME_ANON || f->kind == MM_LAYOUT_FRAME_FILE)
		f->mapcount = read_mapcount(page, head);
}

/* @offset: of the byte that is asked about, in the page */
static void read_frame(unsigned long pfn, unsigned int offset, bool atomic,
		       struct mm_layout_frame *f)
{
	struct page *page = pfn_to_online_page(pfn);

	*f = (struct mm_layout_frame) { .pfn = pfn };
	if (!page)
		f->kind = MM_LAYOUT_FRAME_NONE;
	else if (PagePoisoned(page))
		f->kind = MM_LAYOUT_FRAME_UNINIT;
	else
		read_page(page, offset, f);
	/* Its lock may be held by who is in trouble. */
	if (!atomic && (f->kind == MM_LAYOUT_FRAME_NONE ||
			f->kind == MM_LAYOUT_FRAME_RESERVED))
		mm_layout_read_resource(PFN_PHYS(pfn) + offset, &f->resource);
}

/* === Other addresses === */

/* So many entries are read while the lock is held. */
#define CHUNK	64

static void note_alias(struct mm_layout_story *s, unsigned long addr)
{
	unsigned int i = s->nr_aliases;

	if (s->is_addr && (s->addr & PAGE_MASK) == addr)
		return;
	if (s->nr_aliases++ < MM_LAYOUT_MAX_ALIASES)
		s->alias[i] = addr;
}

static void alias_entry(const struct mm_layout_entry *e, void *arg)
{
	struct mm_layout_story *s = arg;
	unsigned long nr = (e->end - e->start) >> PAGE_SHIFT;

	if (e->flags & MM_LAYOUT_PTE_PRESENT && s->frame.pfn - e->pfn < nr)
		note_alias(s, e->start + ((s->frame.pfn - e->pfn) << PAGE_SHIFT));
}

static void walk_aliases(struct mm_layout_story *s, unsigned long start, unsigned long end)
{
	/* Some count the last byte as the end. */
	while (start - 1 < end - 1) {
		/* See mm_layout_visit_areas(). */
		mmap_write_lock(&init_mm);
		start = mm_layout_walk_entries(start, end, CHUNK, alias_entry, s);
		mmap_write_unlock(&init_mm);
		cond_resched();
	}
}

/* Where the linear map is walked, all above it can be; elsewhere the vmalloc range. */
static void read_aliases(struct mm_layout_story *s)
{
	struct page *page = pfn_to_online_page(s->frame.pfn);
	struct mm_layout_bounds b;
	unsigned int i, nr;

	mm_layout_arch_bounds(&b);
	if (IS_ENABLED(CONFIG_MM_LAYOUT_LINEAR)) {
		if (s->frame.pfn < b.max_low_pfn) {
			s->linear = b.page_offset + (s->frame.pfn << PAGE_SHIFT);
			walk_aliases(s, s->linear, s->linear + PAGE_SIZE);
		}
		walk_aliases(s, b.vmalloc_start, 0);
	} else {
		if (page && !PagePoisoned(page) && !is_highmem_idx(page_zonenum(page))) {
			s->linear = (unsigned long)lowmem_page_address(page);
			note_alias(s, s->linear);
		}
		walk_aliases(s, b.vmalloc_start, b.vmalloc_end);
	}
	nr = min(s->nr_aliases, MM_LAYOUT_MAX_ALIASES);
	for (i = 0; i < nr; i++)
		read_use(s->alias[i], false, &s->alias_use[i]);
}

/* === The story === */

/* Where the address leads to, or else, in the linear map, what belongs there. */
static void find_frame(struct mm_layout_story *s)
{
	const struct mm_layout_level *last = &s->level[s->nr_levels - 1];
	struct page *page;

	if (!s->nr_levels)
		return;
	if (last->kind == MM_LAYOUT_LEVEL_LEAF) {
		s->has_frame = true;
		s->frame.pfn = last->pfn;
		return;
	}
	page = mm_layout_arch_linear_page(s->addr);
	if (!page)
		return;
	s->by_place = true;
	s->has_frame = true;
	s->frame.pfn = page_to_pfn(page);
}

static void read_addr(unsigned long addr, bool atomic, struct mm_layout_story *s)
{
	unsigned long flags;

	s->is_addr = true;
	s->addr = addr;
	read_region(s);
	if (s->user)
		return;
	s->symbol = has_symbol(addr);
	read_use(addr, atomic, &s->use);
	/* That is not canonical: page tables would take it for another one. */
	if (IS_ENABLED(CONFIG_64BIT) && addr < PAGE_OFFSET)
		return;
	if (!atomic)
		mmap_write_lock(&init_mm);
	/* Without the lock, the CPU that frees a page table mostly waits for us to flush. */
	local_irq_save(flags);
	s->nr_levels = mm_layout_read_levels(addr, s->level);
	local_irq_restore(flags);
	if (!atomic)
		mmap_write_unlock(&init_mm);
	find_frame(s);
}

/**
 * mm_layout_read_story - read what is known of an address or frame
 * @q: what is asked
 * @atomic: take no locks, which leaves out what cannot be had without them
 * @s: filled
 *
 * Reads a living kernel: what is told of memory that changes meanwhile may not fit
 * together.
 *
 * Context: process, sleeps; with @atomic any, once there are per-CPU areas. Then page
 * tables are read that may be freed meanwhile, so that what they say may be wrong.
 */
void mm_layout_read_story(const struct mm_layout_question *q, bool atomic,
			  struct mm_layout_story *s)
{
	memset(s, 0, sizeof(*s));
	s->q = *q;
	switch (q->ask) {
	case MM_LAYOUT_ASK_ADDR:
		read_addr(q->value, atomic, s);
		break;
	case MM_LAYOUT_ASK_PFN:
		s->has_frame = true;
		s->frame.pfn = q->value;
		break;
	case MM_LAYOUT_ASK_PHYS:
		s->has_frame = true;
		s->frame.pfn = PHYS_PFN(q->value);
		break;
	}
	if (!s->has_frame)
		return;
	read_frame(s->frame.pfn, q->ask == MM_LAYOUT_ASK_PFN ? 0 : offset_in_page(q->value),
		   atomic, &s->frame);
	if (!atomic)
		read_aliases(s);
}

/* === Do the invariants hold there? === */

static unsigned long checks_of_addr(const struct mm_layout_story *s)
{
	unsigned long checks = BIT(MM_LAYOUT_CHECK_REGIONS) | BIT(MM_LAYOUT_CHECK_PGDIR) |
			       BIT(MM_LAYOUT_CHECK_PROT) | BIT(MM_LAYOUT_CHECK_ADDRESS);
	struct mm_layout_bounds b;

	if (s->user)
		return 0;
	mm_layout_arch_bounds(&b);
	/* The holes on both sides of the vmalloc range are looked at as well. */
	if (s->addr < b.high_memory)
		checks |= BIT(MM_LAYOUT_CHECK_LINEAR);
	else if (s->addr < b.vmalloc_start)
		checks |= BIT(MM_LAYOUT_CHECK_LINEAR) | BIT(MM_LAYOUT_CHECK_VMALLOC);
	else if (s->addr < b.vmalloc_end || !s->region)
		checks |= BIT(MM_LAYOUT_CHECK_VMALLOC);
	else if (s->use.kmap >= 0 || s->use.local >= 0)
		checks |= BIT(MM_LAYOUT_CHECK_KMAP);
	else
		checks |= BIT(MM_LAYOUT_CHECK_FIXED);
	if (s->use.area.end && s->use.area.kind == MM_LAYOUT_AREA_IOREMAP)
		checks |= BIT(MM_LAYOUT_CHECK_IOREMAP);
	return checks;
}

static unsigned long checks_of_frame(const struct mm_layout_frame *f)
{
	unsigned long checks = BIT(MM_LAYOUT_CHECK_ZONES) | BIT(MM_LAYOUT_CHECK_MEMMAP);

	switch (f->kind) {
	case MM_LAYOUT_FRAME_NONE:
		return 0;
	case MM_LAYOUT_FRAME_FREE:
	case MM_LAYOUT_FRAME_LOOSE:
		return checks | BIT(MM_LAYOUT_CHECK_BUDDY);
	case MM_LAYOUT_FRAME_OWNED:
		return checks | BIT(MM_LAYOUT_CHECK_SLAB);
	default:
		return checks;
	}
}

/* The names of those that hold, a line for each check. */
struct telling {
	mm_layout_line_fn fn;
	void *arg;
	unsigned int check;
	size_t len;
	char line[MM_LAYOUT_LINE_LEN];
};

static void end_line(struct telling *t)
{
	if (t->len)
		t->fn(t->line, t->arg);
	t->len = 0;
}

static void tell_judgement(enum mm_layout_id id, enum mm_layout_judgement how,
			   const char *what, void *arg)
{
	const struct mm_layout_invariant *inv = &mm_layout_invariants[id];
	struct telling *t = arg;

	if (how != MM_LAYOUT_JUDGED_HOLDS) {
		end_line(t);
		scnprintf(t->line, sizeof(t->line), "%s: %s: %s",
			  how == MM_LAYOUT_JUDGED_VIOLATED ? "violated" : "elsewhere",
			  inv->name, what);
		t->fn(t->line, t->arg);
		return;
	}
	if (t->len && (t->check != inv->check ||
		       t->len + strlen(inv->name) + 2 > sizeof(t->line)))
		end_line(t);
	if (!t->len)
		t->len = scnprintf(t->line, sizeof(t->line), "holds:");
	t->len += scnprintf(t->line + t->len, sizeof(t->line) - t->len, " %s",
			    inv->name);
	t->check = inv->check;
}

static void judge_story(const struct mm_layout_story *s, mm_layout_line_fn fn, void *arg)
{
	struct telling t = { .fn = fn, .arg = arg };
	struct mm_layout_judged j = {
		.is_addr = s->is_addr,
		.addr = s->addr,
		.has_frame = s->has_frame,
		.pfn = s->frame.pfn,
		.has_zone = s->frame.zone,
		.zone = s->frame.zone_key,
	};

	if (s->is_addr)
		j.checks |= checks_of_addr(s);
	if (s->has_frame)
		j.checks |= checks_of_frame(&s->frame);
	mm_layout_judge(&j, tell_judgement, &t);
	end_line(&t);
}

/**
 * mm_layout_explain - tell all that is known of an address or frame
 * @q: what is asked
 * @fn: called for each line
 * @arg: for @fn
 *
 * Runs the checks that look at such a place, which takes as long as a scan.
 *
 * Context: process, sleeps.
 * Return: 0, or -ENOMEM.
 */
int mm_layout_explain(const struct mm_layout_question *q, mm_layout_line_fn fn, void *arg)
{
	struct mm_layout_story *s = kmalloc_obj(*s);

	if (!s)
		return -ENOMEM;
	get_online_mems();
	mm_layout_read_story(q, false, s);
	put_online_mems();
	mm_layout_tell_story(s, fn, arg);
	judge_story(s, fn, arg);
	kfree(s);
	return 0;
}

/* === When there was trouble === */

/* One at a time, since it does not fit on a stack; what comes in between is left out. */
static struct mm_layout_story trouble;
static atomic_t in_trouble = ATOMIC_INIT(0);

static void print_line(const char *line, void *unused)
{
	mm_layout_err("mm_layout:   %s", line);
}

static void explain_trouble(const struct mm_layout_question *q)
{
	if (!READ_ONCE(mm_layout_explains) || atomic_cmpxchg(&in_trouble, 0, 1))
		return;
	mm_layout_read_story(q, true, &trouble);
	mm_layout_tell_story(&trouble, print_line, NULL);
	atomic_set_release(&in_trouble, 0);
}

/**
 * mm_layout_explain_fault - explain the address of an oops
 * @addr: the address
 *
 * Does nothing unless the boot parameter asks for it. Context: any.
 */
void mm_layout_explain_fault(unsigned long addr)
{
	explain_trouble(&(struct mm_layout_question) { .value = addr });
}

/**
 * mm_layout_explain_page - explain a page that is in a bad state
 * @page: the page
 *
 * Does nothing unless the boot parameter asks for it. Context: any.
 */
void mm_layout_explain_page(const struct page *page)
{
	struct mm_layout_question q = { .ask = MM_LAYOUT_ASK_PFN };
	unsigned long pfn;

	if (!mm_layout_page_pfn(page, &pfn))
		return;
	q.value = pfn;
	explain_trouble(&q);
}
