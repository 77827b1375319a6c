// SPDX-License-Identifier: GPL-2.0
/*
 * Reads slabs and large kmallocs: all of them by their pages, the partial lists of
 * all caches, and single ones when they are made or freed. Also finds out whose
 * object an address is.
 *
 * Slabs are read without a lock. One that is being made or freed meanwhile looks
 * wrong, but not so a second time.
 */
#include <linux/cpu.h>
#include <linux/hash.h>
#include <linux/highmem.h>
#include <linux/kasan.h>
#include <linux/kfence.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/page-flags.h>
#include <linux/pageblock-flags.h>
#include <linux/percpu.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../../slab.h"
#include "../layout.h"

/* Entries of a partial list that are looked at with its lock held. */
#define MAX_PARTIAL	4096

/* With all CPUs stopped, no more struct pages are looked at: 4 GB of memory. */
#define MAX_STOPPED	BIT(20)

/* === One slab === */

static bool is_slab(const struct page *head)
{
	return mm_layout_page_type(head) == MM_LAYOUT_TYPE_SLAB;
}

static bool is_large(const struct page *head)
{
	return mm_layout_page_type(head) == MM_LAYOUT_TYPE_LARGE_KMALLOC;
}

/* Not page_slab(), which follows the lowest bit of what may be wrong. */
static struct slab *head_slab(struct page *head)
{
	return (struct slab *)head;
}

/*
 * The first page of a block that is not part of it, as a frame; the block itself
 * if it is not aligned. A tail page is not counted by itself, and of no type.
 */
static unsigned long stray_page(const struct page *head, unsigned int order)
{
	unsigned long pfn = page_to_pfn(head), i;

	/* An order that is read while the block is freed may lead anywhere. */
	if (order > MAX_PAGE_ORDER || !IS_ALIGNED(pfn, 1UL << order))
		return pfn;
	for (i = 1; i < 1UL << order; i++) {
		const struct page *page = head + i;

		if (compound_head(page) != head || page_ref_count(page) ||
		    mm_layout_page_type(page) || mm_layout_page_reserved(page) ||
		    mm_layout_page_link(page) != mm_layout_page_link(head))
			return pfn + i;
	}
	return 0;
}

static void read_pages(const struct page *head, unsigned int max_zone,
		       struct mm_layout_slab *f)
{
	unsigned int order = compound_order(head);

	f->pfn = page_to_pfn(head);
	f->order = min_t(unsigned int, order, MAX_PAGE_ORDER);
	f->zone = page_zonenum(head);
	f->max_zone = max_zone;
	f->highmem = is_highmem_idx(f->zone);
	f->refcount = page_ref_count(head);
	f->stray_pfn = stray_page(head, order);
	f->walked = IS_ENABLED(CONFIG_MM_LAYOUT_ENTRIES);
	if (f->walked)
		f->unmapped_pfn = mm_layout_arch_unmapped(f->pfn,
							  1UL << f->order);
}

static void read_slab(const struct slab *slab, const struct mm_layout_cache *c,
		      struct mm_layout_slab *f)
{
	/* One word. A new slab gets it in pieces, but gets its cache last. */
	struct freelist_counters counters = {
		.counters = READ_ONCE(slab->counters),
	};

	read_pages(slab_page(slab), c ? c->max_zone : ZONE_NORMAL, f);
	f->cache = (unsigned long)READ_ONCE(slab->slab_cache);
	f->objects = counters.objects;
	f->inuse = counters.inuse;
}

/* === Caches === */

/* The slab with the linear address @addr, which may be any address. */
static struct slab *slab_at(unsigned long addr)
{
	struct page *page, *head;

	page = mm_layout_arch_linear_page((unsigned long)kasan_reset_tag((void *)addr));
	if (!page)
		return NULL;
	head = mm_layout_head(page);
	return is_slab(head) ? head_slab(head) : NULL;
}

/* Does an object of the slab start at @p? Not nearest_obj(), which may take a lock. */
static bool is_object(struct kmem_cache *s, const struct slab *slab, const void *p)
{
	void *base = lowmem_page_address(slab_page(slab));
	unsigned long index = (kasan_reset_tag(p) - base) / s->size;

	return index < slab->objects &&
	       fixup_red_left(s, base + index * s->size) == kasan_reset_tag(p);
}

/*
 * Is there a cache at that address, on the list of caches or not? One that is being
 * destroyed leaves the list before its last slabs are freed, and never goes if
 * objects were left.
 */
static bool is_cache(const void *s)
{
	struct slab *slab = slab_at((unsigned long)s);

	if (!slab || READ_ONCE(slab->slab_cache) != kmem_cache)
		return false;
	if (is_kfence_address(s))
		return kfence_object_start(s) == s;
	return is_object(kmem_cache, slab, s) &&
	       !mm_layout_on_freelist(kmem_cache, slab, s);
}

/*
 * The caches with what was counted of them, found by their address. Protected by
 * slab_mutex, which also keeps the caches.
 */
#define TABLE_BITS	9
#define TABLE_SIZE	BIT(TABLE_BITS)
#define TABLE_MAX	(TABLE_SIZE - TABLE_SIZE / 8)

static struct slab_entry {
	struct kmem_cache *s;
	unsigned int found;
	unsigned int nr_slabs;
	/* A bit for each zone where a slab was found. */
	unsigned int zones;
} table[TABLE_SIZE];

/* The entry of a cache, or the empty one where it would be. */
static struct slab_entry *table_find(const struct kmem_cache *s)
{
	unsigned int i = hash_ptr(s, TABLE_BITS);

	while (table[i].s && table[i].s != s)
		i = (i + 1) % TABLE_SIZE;
	return &table[i];
}

/* Returns false if there are too many caches. */
static bool table_fill(void)
{
	struct kmem_cache *s;
	unsigned int nr = 0;

	lockdep_assert_held(&slab_mutex);
	memset(table, 0, sizeof(table));
	list_for_each_entry(s, &slab_caches, list) {
		if (nr++ == TABLE_MAX)
			return false;
		table_find(s)->s = s;
	}
	return true;
}

/* === All slabs === */

typedef void (*block_fn)(struct page *head, enum mm_layout_page_type type, void *arg);

/*
 * Calls @fn for the first page of each slab and large kmalloc of a pageblock, but
 * for those of another node whose span overlaps. The loop over all pages of lowmem.
 */
static void walk_block(struct page *page, const struct page *end, int nid,
		       block_fn fn, void *arg)
{
	while (page < end) {
		enum mm_layout_page_type type = mm_layout_page_type(page);

		if ((type != MM_LAYOUT_TYPE_SLAB && type != MM_LAYOUT_TYPE_LARGE_KMALLOC) ||
		    mm_layout_page_nid(page) != nid) {
			page++;
			continue;
		}
		fn(page, type, arg);
		page += 1UL << min_t(unsigned int, compound_order(page),
				     MAX_PAGE_ORDER);
	}
}

/* In highmem, the check of struct pages sees to it that there is no slab. */
static void walk_blocks(block_fn fn, void *arg, bool may_sleep)
{
	unsigned long pfn, next, end_pfn;
	struct zone *zone;
	struct page *page;

	for_each_populated_zone(zone) {
		if (is_highmem(zone))
			continue;
		end_pfn = zone_end_pfn(zone);
		for (pfn = zone->zone_start_pfn; pfn < end_pfn; pfn = next) {
			next = min(pageblock_end_pfn(pfn), end_pfn);
			page = pfn_to_online_page(pfn);
			if (page)
				walk_block(page, page + (next - pfn),
					   zone_to_nid(zone), fn, arg);
			if (may_sleep)
				cond_resched();
		}
	}
}

/* KFENCE marks its pages as slabs of the cache that it stands in for. */
static bool is_kfence_page(const struct page *page)
{
	return is_kfence_address(lowmem_page_address(page));
}

static void count_slab(struct page *head, enum mm_layout_page_type type, void *unused)
{
	struct slab_entry *e;

	if (type != MM_LAYOUT_TYPE_SLAB || is_kfence_page(head))
		return;
	e = table_find(READ_ONCE(head_slab(head)->slab_cache));
	if (!e->s)
		return;
	e->found++;
	e->zones |= BIT(page_zonenum(head));
}

static void check_slab(struct page *head, void *arg)
{
	struct slab *slab = head_slab(head);
	struct mm_layout_result *res = arg;
	struct mm_layout_slab f = { };
	struct mm_layout_cache c;
	struct slab_entry *e;

	if (is_kfence_page(head))
		return;
	/* Its page was just taken off a free list: it gets its cache in a moment. */
	if (READ_ONCE(slab->slab_cache) == LIST_POISON1)
		return;
	e = table_find(READ_ONCE(slab->slab_cache));
	if (e->s)
		mm_layout_read_cache(e->s, &c);
	read_slab(slab, e->s ? &c : NULL, &f);
	/* It may have got its cache since. */
	if (e->s && f.cache != (unsigned long)e->s)
		return;
	f.cache_ok = e->s || is_cache((void *)f.cache);
	/* It may have been freed, and its pages be something else by now. */
	if (!is_slab(head))
		return;
	mm_layout_rules_slab(&f, e->s ? &c : NULL, res);
}

static void check_large(struct page *head, struct mm_layout_result *res)
{
	struct mm_layout_slab f = { .large = true };

	/* Which zones were allowed is known only when it is made. */
	read_pages(head, ZONE_NORMAL, &f);
	if (is_large(head))
		mm_layout_rules_slab(&f, NULL, res);
}

static void check_block(struct page *head, enum mm_layout_page_type type, void *arg)
{
	if (type == MM_LAYOUT_TYPE_LARGE_KMALLOC) {
		check_large(head, arg);
		return;
	}
	count_slab(head, type, NULL);
	check_slab(head, arg);
}

/* === Numbers of slabs === */

static void table_count(void)
{
	unsigned int i;

	for (i = 0; i < TABLE_SIZE; i++)
		if (table[i].s)
			table[i].nr_slabs = mm_layout_nr_slabs(table[i].s);
}

static bool too_few(void)
{
	unsigned int i;

	for (i = 0; i < TABLE_SIZE; i++)
		if (table[i].found < table[i].nr_slabs)
			return true;
	return false;
}

static int count_stopped(void *unused)
{
	unsigned int i;

	for (i = 0; i < TABLE_SIZE; i++)
		table[i].found = 0;
	/* An NMI can still make a slab, so count what must be found before. */
	table_count();
	walk_blocks(count_slab, NULL, false);
	return 0;
}

static unsigned long lowmem_pages(void)
{
	unsigned long nr = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		if (!is_highmem(zone))
			nr += zone->spanned_pages;
	return nr;
}

/*
 * Slabs come and go while they are counted, so too few may be found on a healthy
 * kernel. Only then are they counted again, with the CPUs stopped: a slab leaves
 * the count of its cache before it ceases to be one.
 */
static void check_counts(struct mm_layout_result *res)
{
	unsigned int i;

	if (!IS_ENABLED(CONFIG_SLUB_DEBUG)) {
		mm_layout_skip(res, MM_LAYOUT_SLAB_COUNT,
			       "caches do not count without CONFIG_SLUB_DEBUG");
		return;
	}
	table_count();
	if (too_few()) {
		if (lowmem_pages() > MAX_STOPPED) {
			mm_layout_skip(res, MM_LAYOUT_SLAB_COUNT,
				       "there is too much memory to count with the CPUs stopped");
			return;
		}
		stop_machine_cpuslocked(count_stopped, NULL, NULL);
	}
	for (i = 0; i < TABLE_SIZE; i++) {
		struct mm_layout_slab_count c = {
			.cache = (unsigned long)table[i].s,
			.found = table[i].found,
			.nr_slabs = table[i].nr_slabs,
		};

		if (!table[i].s)
			continue;
		c.name = table[i].s->name;
		mm_layout_rules_slab_count(&c, res);
	}
}

static void check_partial(struct mm_layout_result *res)
{
	struct kmem_cache *s;
	int nid;

	list_for_each_entry(s, &slab_caches, list) {
		for_each_node_state(nid, N_MEMORY) {
			struct mm_layout_partial p = { };

			if (!mm_layout_read_partial(s, nid, MAX_PARTIAL, &p))
				continue;
			if (p.walked > MAX_PARTIAL)
				mm_layout_skip(res, MM_LAYOUT_SLAB_PARTIAL,
					       "a list is longer than may be walked under one lock");
			else
				mm_layout_rules_partial(&p, res);
		}
		cond_resched();
	}
}

/**
 * mm_layout_check_slab - check all slabs and large kmallocs
 * @res: where violations go
 *
 * Context: may sleep. Takes the CPU and memory hotplug locks for reading,
 * slab_mutex, and each node's list_lock for %MAX_PARTIAL slabs. Keeps the first
 * three while all pages of lowmem are looked at. Stops all CPUs if slabs seem to
 * be missing.
 */
void mm_layout_check_slab(struct mm_layout_result *res)
{
	/* For stop_machine_cpuslocked(); in the order of kmem_cache_destroy(). */
	cpus_read_lock();
	get_online_mems();
	mutex_lock(&slab_mutex);
	if (table_fill()) {
		walk_blocks(check_block, res, true);
		check_counts(res);
		check_partial(res);
	} else {
		mm_layout_skip_check(res, MM_LAYOUT_CHECK_SLAB,
				     "there are too many caches");
	}
	mutex_unlock(&slab_mutex);
	put_online_mems();
	cpus_read_unlock();
	if (!IS_ENABLED(CONFIG_MM_LAYOUT_ENTRIES))
		mm_layout_skip(res, MM_LAYOUT_SLAB_LINEAR,
			       "the linear map of this architecture is not walked");
}

/* === debugfs === */

static void show_zones(struct seq_file *m, unsigned int zones)
{
	const char *sep = " ";
	struct zone *zone;

	for_each_populated_zone(zone) {
		if (!(zones & BIT(zone_idx(zone))))
			continue;
		seq_printf(m, "%s%s", sep, zone->name);
		sep = ",";
		/* On several nodes, once. */
		zones &= ~BIT(zone_idx(zone));
	}
	seq_puts(m, *sep == ' ' ? " -\n" : "\n");
}

/**
 * mm_layout_show_slabs - print a line for each cache
 * @m: where to
 *
 * Context: may sleep.
 */
void mm_layout_show_slabs(struct seq_file *m)
{
	struct mm_layout_cache c;
	struct kmem_cache *s;

	seq_puts(m, "# cache objsize objperslab pagesperslab slabs zones\n");
	get_online_mems();
	mutex_lock(&slab_mutex);
	if (table_fill()) {
		walk_blocks(count_slab, NULL, true);
		list_for_each_entry(s, &slab_caches, list) {
			struct slab_entry *e = table_find(s);

			mm_layout_read_cache(s, &c);
			seq_printf(m, "%s %u %u %u %u", c.name, c.size,
				   c.objects, 1U << c.order, e->found);
			show_zones(m, e->zones);
		}
	} else {
		seq_puts(m, "# there are too many caches\n");
	}
	mutex_unlock(&slab_mutex);
	put_online_mems();
}

/* === Hooks === */

/*
 * A slab that is being made or freed is owned by the caller. Whatever the context,
 * nothing here waits.
 */
void __mm_layout_slab(struct kmem_cache *s, struct slab *slab)
{
	struct mm_layout_slab f = { };
	struct mm_layout_cache c;

	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_SLAB]);
	mm_layout_read_cache(s, &c);
	read_slab(slab, &c, &f);
	f.cache_ok = f.cache == (unsigned long)s;
	mm_layout_rules_slab(&f, &c, NULL);
}

void __mm_layout_kmalloc_large(const struct page *page, size_t size, gfp_t gfp)
{
	struct mm_layout_slab f = { .large = true, .bytes = size };

	this_cpu_inc(mm_layout_hook_events[MM_LAYOUT_HOOK_KMALLOC_LARGE]);
	read_pages(page, gfp_zone(gfp), &f);
	mm_layout_rules_slab(&f, NULL, NULL);
}

/* === Whose object === */

static void owner_slab(unsigned long addr, const struct slab *slab,
		       struct mm_layout_owner *o)
{
	/* A copy, since the cache may go at any time; what it has for nodes is large. */
	char copy[offsetof(struct kmem_cache, per_node)] __aligned(sizeof(long));
	struct kmem_cache *from = READ_ONCE(slab->slab_cache), *s = (void *)copy;
	void *base = lowmem_page_address(slab_page(slab)), *object;

	o->kind = MM_LAYOUT_OWNER_SLAB;
	if (!is_cache(from) ||
	    copy_from_kernel_nofault(copy, from, sizeof(copy)) || !s->size)
		return;
	if (strncpy_from_kernel_nofault(o->cache, s->name, sizeof(o->cache)) < 0)
		o->cache[0] = '\0';
	o->size = s->size;
	o->objects = slab->objects;
	o->index = (addr - (unsigned long)base) / o->size;
	if (o->index >= o->objects) {
		o->state = MM_LAYOUT_OBJECT_NONE;
		return;
	}
	object = fixup_red_left(s, base + o->index * o->size);
	o->object = (unsigned long)object;
	o->offset = addr - o->object;
	o->state = mm_layout_on_freelist(s, slab, object) ?
		   MM_LAYOUT_OBJECT_FREE : MM_LAYOUT_OBJECT_USED;
}

/**
 * mm_layout_find_owner - whose memory is at an address?
 * @addr: any address
 * @o: filled with what is known
 *
 * Answers for slabs and large kmallocs. Reads without a lock: of memory that
 * changes owner meanwhile, the answer may be wrong, but nothing happens.
 *
 * Context: any.
 * Return: true if it is a slab, a large kmalloc or KFENCE's.
 */
bool mm_layout_find_owner(unsigned long addr, struct mm_layout_owner *o)
{
	struct page *page, *head;

	*o = (struct mm_layout_owner) { };
	addr = (unsigned long)kasan_reset_tag((void *)addr);
	page = mm_layout_arch_linear_page(addr);
	if (!page)
		return false;
	head = mm_layout_head(page);
	o->pfn = page_to_pfn(head);
	o->order = min_t(unsigned int, compound_order(head), MAX_PAGE_ORDER);
	if (is_kfence_address((void *)addr)) {
		o->kind = MM_LAYOUT_OWNER_KFENCE;
	} else if (is_slab(head)) {
		owner_slab(addr, head_slab(head), o);
	} else if (is_large(head)) {
		o->kind = MM_LAYOUT_OWNER_LARGE;
		o->object = (unsigned long)lowmem_page_address(head);
		o->offset = addr - o->object;
		o->size = PAGE_SIZE << o->order;
	}
	return o->kind != MM_LAYOUT_OWNER_NONE;
}
