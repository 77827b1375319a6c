// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests on the running kernel: where kmalloc() and slab caches get their
 * memory, and slabs of the test's own that are broken to see the report.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kfence.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "layout_kunit.h"
#include "../../slab.h"

#ifdef CONFIG_MM_LAYOUT_LINEAR
#include <linux/cpufeature.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/mm_layout_debug.h>
#include <asm/nmi.h>
#endif

/* Without SMP, nothing is allocated in an NMI. */
#if defined(CONFIG_MM_LAYOUT_LINEAR) && defined(CONFIG_X86_LOCAL_APIC) && \
	defined(CONFIG_SMP)
#define TEST_NMI
#endif

/* === Where memory comes from === */

/*
 * KFENCE serves an allocation of any cache now and then. That is not what these
 * tests are about.
 */
static void *kmalloc_unsampled(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp), *sample;
	int i;

	for (i = 0; i < 10 && is_kfence_address(p); i++) {
		sample = p;
		p = kmalloc(size, gfp);
		kfree(sample);
	}
	return p;
}

/*
 * All of an object is in lowmem, physically contiguous, and mapped: no page-table
 * entry was made for it.
 */
static void check_memory(struct kunit *test, void *p, size_t size,
			 enum zone_type max_zone)
{
	unsigned long first = PHYS_PFN(virt_to_phys(p));
	unsigned long last = PHYS_PFN(virt_to_phys(p + size - 1));
	unsigned long pfn;

	KUNIT_EXPECT_EQ(test, virt_to_phys(p + size - 1) - virt_to_phys(p),
			(phys_addr_t)size - 1);
	KUNIT_EXPECT_PTR_EQ(test, phys_to_virt(virt_to_phys(p)), p);
	for (pfn = first; pfn <= last; pfn++) {
		KUNIT_EXPECT_FALSE(test, PageHighMem(pfn_to_page(pfn)));
		KUNIT_EXPECT_LE(test, page_zonenum(pfn_to_page(pfn)), max_zone);
	}
	KUNIT_EXPECT_EQ(test, mm_layout_arch_unmapped(first, last - first + 1),
			MM_LAYOUT_UNKNOWN);
}

/* The owner of @p, which is an object of a slab whose cache has @name in it. */
static struct mm_layout_owner slab_owner(struct kunit *test, void *p,
					 size_t size, const char *name)
{
	struct mm_layout_owner o;

	KUNIT_ASSERT_TRUE(test, mm_layout_find_owner((unsigned long)p, &o));
	KUNIT_ASSERT_EQ(test, o.kind, MM_LAYOUT_OWNER_SLAB);
	KUNIT_EXPECT_TRUE_MSG(test, strstr(o.cache, name), "cache %s", o.cache);
	KUNIT_EXPECT_EQ(test, o.object, (unsigned long)p);
	KUNIT_EXPECT_EQ(test, o.offset, 0L);
	KUNIT_EXPECT_GE(test, o.size, size);
	KUNIT_EXPECT_LT(test, o.index, o.objects);
	KUNIT_EXPECT_LE(test, o.objects * o.size, PAGE_SIZE << o.order);
	KUNIT_EXPECT_EQ(test, o.state, MM_LAYOUT_OBJECT_USED);
	/* An address inside is the same object's. */
	KUNIT_ASSERT_TRUE(test, mm_layout_find_owner((unsigned long)p + size - 1,
						     &o));
	KUNIT_EXPECT_EQ(test, o.object, (unsigned long)p);
	KUNIT_EXPECT_EQ(test, o.offset, (long)size - 1);
	return o;
}

static void check_classes(struct kunit *test, gfp_t gfp, const char *name,
			  enum zone_type max_zone)
{
	static const unsigned int odd[] = { 96, 192 };
	size_t size;
	void *p;
	int i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		p = kmalloc_unsampled(odd[i], gfp);
		KUNIT_ASSERT_NOT_NULL(test, p);
		slab_owner(test, p, odd[i], name);
		check_memory(test, p, odd[i], max_zone);
		kfree(p);
	}
	for (size = 1; size <= KMALLOC_MAX_CACHE_SIZE; size *= 2) {
		p = kmalloc_unsampled(size, gfp);
		KUNIT_ASSERT_NOT_NULL_MSG(test, p, "%zu bytes", size);
		slab_owner(test, p, size, name);
		check_memory(test, p, size, max_zone);
		/* It is there at once, not at the first access. */
		memset(p, 0x5a, size);
		kfree(p);
	}
}

static void kmalloc_classes(struct kunit *test)
{
	check_classes(test, GFP_KERNEL, "kmalloc-", ZONE_NORMAL);
	check_classes(test, GFP_ATOMIC, "kmalloc-", ZONE_NORMAL);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

/* Eight bytes are the least, and as many of them as fit are made of a slab. */
static void kmalloc_small(struct kunit *test)
{
	void *p = kmalloc_unsampled(8, GFP_KERNEL);
	struct mm_layout_owner o;

	KUNIT_ASSERT_NOT_NULL(test, p);
	o = slab_owner(test, p, 8, "kmalloc-");
	KUNIT_EXPECT_EQ(test, (unsigned long)o.objects,
			(PAGE_SIZE << o.order) / o.size);
	kfree(p);
}

static void kmalloc_zero(struct kunit *test)
{
	void *p = kmalloc(0, GFP_KERNEL);
	struct mm_layout_owner o;

	KUNIT_EXPECT_PTR_EQ(test, p, ZERO_SIZE_PTR);
	KUNIT_EXPECT_FALSE(test, mm_layout_find_owner((unsigned long)p, &o));
	kfree(p);
}

/* Above the largest cache, whole blocks come from the page allocator. */
static void large_kmalloc(struct kunit *test)
{
	size_t size = KMALLOC_MAX_CACHE_SIZE;
	struct mm_layout_owner o;
	void *p;

	p = kmalloc_unsampled(size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	slab_owner(test, p, size, "kmalloc-");
	kfree(p);

	for (size++; size <= KMALLOC_MAX_SIZE; size = (size - 1) * 2 + 1) {
		p = kmalloc(size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL_MSG(test, p, "%zu bytes", size);
		KUNIT_EXPECT_TRUE(test, mm_layout_find_owner((unsigned long)p +
							     size - 1, &o));
		KUNIT_EXPECT_EQ(test, o.kind, MM_LAYOUT_OWNER_LARGE);
		KUNIT_EXPECT_EQ(test, o.object, (unsigned long)p);
		KUNIT_EXPECT_EQ(test, o.order, (unsigned int)get_order(size));
		check_memory(test, p, size, ZONE_NORMAL);
		kfree(p);
	}
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* The largest is one block of the page allocator, and there is no larger one. */
static void kmalloc_largest(struct kunit *test)
{
	size_t size = KMALLOC_MAX_SIZE;
	struct mm_layout_owner o;
	void *p;

	OPTIMIZER_HIDE_VAR(size);
	p = kmalloc(size, GFP_KERNEL | __GFP_NOWARN);
	if (p) {
		KUNIT_EXPECT_TRUE(test, mm_layout_find_owner((unsigned long)p, &o));
		KUNIT_EXPECT_EQ(test, o.order, (unsigned int)MAX_PAGE_ORDER);
		kfree(p);
	}
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(size + 1, GFP_KERNEL | __GFP_NOWARN),
			    NULL);
}

static void kmalloc_under_lock(struct kunit *test)
{
	unsigned long flags;
	void *small, *large;
	/* Protects nothing: what is held is the point. */
	spinlock_t lock;

	spin_lock_init(&lock);
	spin_lock_irqsave(&lock, flags);
	small = kmalloc_unsampled(64, GFP_ATOMIC);
	large = kmalloc(4 * PAGE_SIZE, GFP_ATOMIC);
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_ASSERT_NOT_NULL(test, small);
	KUNIT_ASSERT_NOT_NULL(test, large);
	slab_owner(test, small, 64, "kmalloc-");
	check_memory(test, large, 4 * PAGE_SIZE, ZONE_NORMAL);
	kfree(small);
	kfree(large);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

#ifdef CONFIG_ZONE_DMA

static void kmalloc_dma(struct kunit *test)
{
	void *p;

	check_classes(test, GFP_KERNEL | GFP_DMA, "dma-kmalloc-", ZONE_DMA);
	p = kmalloc(4 * PAGE_SIZE, GFP_KERNEL | GFP_DMA);
	KUNIT_ASSERT_NOT_NULL(test, p);
	check_memory(test, p, 4 * PAGE_SIZE, ZONE_DMA);
	kfree(p);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* GFP_NOWAIT gets nothing once ZONE_DMA is used up, and nothing is lost. */
static void kmalloc_exhausted(struct kunit *test)
{
	gfp_t gfp = GFP_NOWAIT | GFP_DMA | __GFP_NOWARN;
	unsigned long nr = 0, max = 0;
	void **p, **list = NULL;
	struct zone *zone;

	for_each_populated_zone(zone)
		if (zone_idx(zone) == ZONE_DMA)
			max += zone_managed_pages(zone);
	while (nr <= max && (p = kmalloc_unsampled(PAGE_SIZE, gfp))) {
		*p = list;
		list = p;
		nr++;
	}
	KUNIT_EXPECT_LE(test, nr, max);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
	while (list) {
		p = list;
		list = *p;
		kfree(p);
	}
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

#endif /* CONFIG_ZONE_DMA */

#ifdef CONFIG_MM_LAYOUT_LINEAR

/* All entries that map lowmem, but for what the CPU and KFENCE change in them. */
static u32 page_tables(void)
{
	unsigned int level;
	unsigned long addr;
	pte_t *ptep;
	u32 hash = 0;
	u64 value;

	for (addr = PAGE_OFFSET; addr < (unsigned long)high_memory; addr += PAGE_SIZE) {
		ptep = lookup_address(addr, &level);
		if (!ptep || is_kfence_address((void *)addr))
			continue;
		value = pte_val(ptep_get_lockless(ptep)) & ~mm_layout_pte_volatile();
		hash = jhash_3words(lower_32_bits(value), upper_32_bits(value), level,
				    hash);
	}
	return hash;
}

/* Memory of kmalloc() was mapped at boot. */
static void no_page_table_change(struct kunit *test)
{
	static const size_t sizes[] = { 8, 4096, 4096 * 4, 4096 * 64 };
	void *p[ARRAY_SIZE(sizes)];
	u32 before;
	int i;

	/* That changes the linear map with each allocation. */
	if (debug_pagealloc_enabled())
		kunit_skip(test, "free pages are unmapped");
	before = page_tables();
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		p[i] = kmalloc_unsampled(sizes[i], GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, page_tables(), before);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_EXPECT_NOT_NULL(test, p[i]);
		kfree(p[i]);
	}
	KUNIT_EXPECT_EQ(test, page_tables(), before);
}

#endif /* CONFIG_MM_LAYOUT_LINEAR */

#ifdef TEST_NMI

#define NR_NMI_OBJECTS	200

/* What is done in the NMI, and whether it still has to be. */
static struct {
	bool wanted;
	void *object[NR_NMI_OBJECTS];
	struct page *wrong;
} nmi;

static int alloc_in_nmi(unsigned int cmd, struct pt_regs *regs)
{
	int i;

	if (!READ_ONCE(nmi.wanted))
		return NMI_DONE;
	for (i = 0; i < NR_NMI_OBJECTS; i++)
		nmi.object[i] = kmalloc_nolock(512, 0, NUMA_NO_NODE);
	if (nmi.wrong)
		mm_layout_page_alloc(nmi.wrong, 1, GFP_ATOMIC);
	WRITE_ONCE(nmi.wanted, false);
	return NMI_HANDLED;
}

static void run_nmi(struct kunit *test, struct page *wrong)
{
	unsigned int i, nr = 0;

	nmi.wrong = wrong;
	WRITE_ONCE(nmi.wanted, true);
	preempt_disable();
	__apic_send_IPI_mask(cpumask_of(smp_processor_id()), NMI_VECTOR);
	for (i = 0; i < USEC_PER_SEC && READ_ONCE(nmi.wanted); i++)
		udelay(1);
	preempt_enable();
	KUNIT_EXPECT_FALSE(test, nmi.wanted);
	for (i = 0; i < NR_NMI_OBJECTS; i++) {
		nr += !!nmi.object[i];
		kfree_nolock(nmi.object[i]);
		nmi.object[i] = NULL;
	}
	KUNIT_EXPECT_GT(test, nr, 0U);
}

/* The hooks work in an NMI, where slabs are made too. */
static void kmalloc_in_nmi(struct kunit *test)
{
	struct page *page;

	if (!boot_cpu_has(X86_FEATURE_APIC))
		kunit_skip(test, "no local APIC");
	page = alloc_pages(GFP_KERNEL, 1);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, register_nmi_handler(NMI_LOCAL, alloc_in_nmi, 0,
						   "mm_layout_test"), 0);
	run_nmi(test, NULL);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
	run_nmi(test, page + 1);
	mm_layout_expect_told(test, "BUG: mm_layout: alloc-block: pfn ");
	unregister_nmi_handler(NMI_LOCAL, "mm_layout_test");
	__free_pages(page, 1);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

#endif /* TEST_NMI */

/* === A cache of the test's own === */

#define CACHE_NAME	"mm_layout_test"
#define MAGIC		0x600d0b1eUL

static void construct(void *object)
{
	*(unsigned long *)object = MAGIC;
}

static void destroy_cache(void *s)
{
	kmem_cache_destroy(s);
}

static struct kmem_cache *test_cache(struct kunit *test, unsigned int size,
				     unsigned int align, slab_flags_t flags,
				     void (*ctor)(void *object))
{
	struct kmem_cache *s;

	s = kmem_cache_create(CACHE_NAME, size, align, flags | SLAB_NO_MERGE,
			      ctor);
	KUNIT_ASSERT_NOT_NULL(test, s);
	/* Not a flag that may be passed. */
	s->flags |= SLAB_SKIP_KFENCE;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, destroy_cache, s));
	return s;
}

struct object {
	struct kmem_cache *s;
	void *p;
};

static void free_object(void *arg)
{
	struct object *o = arg;

	kmem_cache_free(o->s, o->p);
}

static void *test_object(struct kunit *test, struct kmem_cache *s)
{
	struct object *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	o->s = s;
	o->p = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o->p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_object, o));
	return o->p;
}

#define NR_OBJECTS	300

/* An odd size, a constructor and an alignment, in many slabs. */
static void named_cache(struct kunit *test)
{
	struct kmem_cache *s = test_cache(test, 44, 32, 0, construct);
	unsigned long pfn = 0;
	unsigned int i, slabs = 0;

	for (i = 0; i < NR_OBJECTS; i++) {
		unsigned long *p = test_object(test, s);
		struct mm_layout_owner o = slab_owner(test, p, 44, CACHE_NAME);

		KUNIT_EXPECT_EQ(test, *p, MAGIC);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)p, 32));
		slabs += o.pfn != pfn;
		pfn = o.pfn;
	}
	KUNIT_EXPECT_GT(test, slabs, 1U);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_HOOKS);
}

/* Slabs go back to the page allocator, where a scan finds them free. */
static void slabs_freed(struct kunit *test)
{
	struct kmem_cache *s = test_cache(test, PAGE_SIZE, 0, 0, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	struct slab *slab;

	KUNIT_ASSERT_NOT_NULL(test, p);
	slab = virt_to_slab(p);
	KUNIT_ASSERT_NOT_NULL(test, slab);
	kmem_cache_free(s, p);
	kunit_release_action(test, destroy_cache, s);
	KUNIT_EXPECT_TRUE(test, !virt_to_slab(p) || slab->slab_cache != s);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_ALL);
}

/* One word, whatever its type is. */
static unsigned long *page_flags(struct page *page)
{
	return (unsigned long *)&page->flags;
}

#ifdef CONFIG_SLUB_DEBUG
/* With a red zone, objects go to the free list of their slab at once. */
static void object_state(struct kunit *test)
{
	struct kmem_cache *s = test_cache(test, 40, 0, SLAB_RED_ZONE, NULL);
	void *stays = test_object(test, s);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);
	struct mm_layout_owner o;

	KUNIT_ASSERT_NOT_NULL(test, p);
	if (IS_ENABLED(CONFIG_KASAN_GENERIC))
		kunit_skip(test, "freed objects are in quarantine");
	slab_owner(test, stays, 40, CACHE_NAME);
	slab_owner(test, p, 40, CACHE_NAME);
	KUNIT_ASSERT_TRUE(test, mm_layout_find_owner((unsigned long)p - 1, &o));
	KUNIT_EXPECT_EQ(test, o.object, (unsigned long)p);
	KUNIT_EXPECT_EQ(test, o.offset, -1L);
	kmem_cache_free(s, p);
	KUNIT_ASSERT_TRUE(test, mm_layout_find_owner((unsigned long)p, &o));
	KUNIT_EXPECT_EQ(test, o.state, MM_LAYOUT_OBJECT_FREE);
	KUNIT_ASSERT_TRUE(test, mm_layout_find_owner((unsigned long)stays, &o));
	KUNIT_EXPECT_EQ(test, o.state, MM_LAYOUT_OBJECT_USED);
}
#endif /* CONFIG_SLUB_DEBUG */

/* No answer for what is no slab, and no harm by any address. */
static void no_owner(struct kunit *test)
{
	const unsigned long addrs[] = {
		0, 1, PAGE_SIZE, PAGE_OFFSET - 1, ULONG_MAX, ULONG_MAX - PAGE_SIZE,
	};
	struct page *page = alloc_page(GFP_KERNEL);
	struct mm_layout_owner o;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_FALSE(test, mm_layout_find_owner((unsigned long)page_address(page),
						      &o));
	__free_page(page);
	KUNIT_EXPECT_FALSE(test, mm_layout_find_owner((unsigned long)high_memory, &o));
	KUNIT_EXPECT_FALSE(test, mm_layout_find_owner(VMALLOC_START, &o));
	for (i = 0; i < ARRAY_SIZE(addrs); i++)
		KUNIT_EXPECT_FALSE(test, mm_layout_find_owner(addrs[i], &o));
}

/* === Victims === */

/* A slab of a cache that nobody else uses, with an object that holds it. */
static struct slab *victim(struct kunit *test, unsigned int size,
			   slab_flags_t flags)
{
	void *p = test_object(test, test_cache(test, size, 0, flags, NULL));
	struct slab *slab = virt_to_slab(p);

	KUNIT_ASSERT_NOT_NULL(test, slab);
	return slab;
}

/* Objects of which several are in a slab of several pages. */
#define LARGE_OBJECT	(PAGE_SIZE / 2 + PAGE_SIZE / 4)

/* Slabs are not counted again on a machine with a lot of lowmem. */
static bool counted(void)
{
	return IS_ENABLED(CONFIG_SLUB_DEBUG) &&
	       totalram_pages() - totalhigh_pages() < SZ_2G / PAGE_SIZE;
}

#define COUNT_REPORT	"BUG: mm_layout: slab-count: cache " CACHE_NAME " counts "

static void expect_reported(struct kunit *test, const char *text)
{
	mm_layout_console_reset();
	KUNIT_EXPECT_NE(test, mm_layout_scan("", MM_LAYOUT_CHECK_SLAB), 0UL);
	KUNIT_EXPECT_TRUE_MSG(test, mm_layout_console_saw(text), "not seen: %s",
			      text);
}

static void wrong_cache(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	struct kmem_cache *s = slab->slab_cache;
	char text[MM_LAYOUT_WHAT_LEN];

	slab->slab_cache = (void *)s + 1;
	scnprintf(text, sizeof(text), "BUG: mm_layout: slab-cache: slab at pfn %#lx ",
		  page_to_pfn(slab_page(slab)));
	expect_reported(test, text);
	slab->slab_cache = s;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

/* What was a cache is one no more when it is freed. */
static void freed_cache(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	struct kmem_cache *s = slab->slab_cache;
	struct kmem_cache *freed = kmem_cache_zalloc(kmem_cache, GFP_KERNEL);
	int i;

	/* KFENCE takes a sample now and then, which is gone as soon as it is freed. */
	for (i = 0; i < 100 && is_kfence_address(freed); i++) {
		kmem_cache_free(kmem_cache, freed);
		freed = kmem_cache_zalloc(kmem_cache, GFP_KERNEL);
	}
	KUNIT_ASSERT_NOT_NULL(test, freed);
	KUNIT_ASSERT_FALSE(test, is_kfence_address(freed));
	/* Like a cache that has left the list, but has not gone yet. */
	slab->slab_cache = freed;
	mm_layout_console_reset();
	mm_layout_scan("", MM_LAYOUT_CHECK_SLAB);
	KUNIT_EXPECT_FALSE(test, mm_layout_console_saw("BUG: mm_layout: slab-cache"));
	slab->slab_cache = s;
	kmem_cache_free(kmem_cache, freed);
	/* Not one that is kept for a CPU. */
	kmem_cache_shrink(kmem_cache);
	slab->slab_cache = freed;
	expect_reported(test, "BUG: mm_layout: slab-cache: slab at pfn ");
	slab->slab_cache = s;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

/* It is missing where it belongs, and of the wrong size where it does not. */
static void other_cache(struct kunit *test)
{
	struct slab *slab = victim(test, 40, 0);
	struct kmem_cache *s = slab->slab_cache;

	slab->slab_cache = kmem_cache;
	expect_reported(test, "BUG: mm_layout: slab-order: slab of kmem_cache at pfn ");
	if (counted())
		KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(COUNT_REPORT));
	slab->slab_cache = s;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

static void short_count(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	unsigned int objects = slab->objects;

	slab->objects = objects - 1;
	slab->inuse--;
	expect_reported(test, "BUG: mm_layout: slab-order: slab of " CACHE_NAME " at pfn ");
	slab->objects = objects;
	slab->inuse++;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

static void too_many_in_use(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	unsigned int inuse = slab->inuse;
	char text[64];

	slab->inuse = slab->objects + 1;
	scnprintf(text, sizeof(text), " has %u of %u objects in use",
		  slab->objects + 1, slab->objects);
	expect_reported(test, text);
	slab->inuse = inuse;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

#ifdef CONFIG_SLUB_DEBUG
static void no_type(struct kunit *test)
{
	struct slab *slab;

	if (!counted())
		kunit_skip(test, "too much memory to count slabs again");
	slab = victim(test, 64, 0);
	__folio_clear_slab(slab_folio(slab));
	expect_reported(test, COUNT_REPORT);
	/* The place of that report is the cache itself. */
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(is_kfence_address(slab->slab_cache) ?
						      "object: in the KFENCE pool" :
						      " in a slab of cache kmem_cache, "));
	__folio_set_slab(slab_folio(slab));
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

/* With a red zone, a slab with free objects is on the partial list. */
static void not_partial(struct kunit *test)
{
	struct slab *slab = victim(test, 64, SLAB_RED_ZONE);
	unsigned long *flags = page_flags(slab_page(slab));

	KUNIT_ASSERT_TRUE(test, test_bit(PG_workingset, flags));
	__clear_bit(PG_workingset, flags);
	expect_reported(test, "BUG: mm_layout: slab-partial: the partial list of " CACHE_NAME);
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(", which is not marked as partial"));
	__set_bit(PG_workingset, flags);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}
#endif /* CONFIG_SLUB_DEBUG */

static void wrong_refcount(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);

	set_page_count(slab_page(slab), MM_LAYOUT_SLAB_REFCOUNT + 1);
	expect_reported(test, "BUG: mm_layout: slab-pages: slab at pfn ");
	KUNIT_EXPECT_TRUE(test, mm_layout_console_saw(" has a refcount of "));
	set_page_count(slab_page(slab), MM_LAYOUT_SLAB_REFCOUNT);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

static void wrong_order(struct kunit *test)
{
	struct slab *slab = victim(test, LARGE_OBJECT, 0);
	struct page *second = slab_page(slab) + 1;
	unsigned long *flags = page_flags(second);

	if (!slab_order(slab))
		kunit_skip(test, "a boot parameter makes all slabs small");
	/* The order is in the lowest byte of the second page's flags. */
	*flags -= 1;
	expect_reported(test, "BUG: mm_layout: slab-order: slab of " CACHE_NAME " at pfn ");
	*flags += 1;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

static void stray_tail(struct kunit *test)
{
	struct slab *slab = victim(test, LARGE_OBJECT, 0);
	struct page *page = slab_page(slab);
	unsigned long pfn = page_to_pfn(page);
	char text[MM_LAYOUT_WHAT_LEN];

	if (!slab_order(slab))
		kunit_skip(test, "a boot parameter makes all slabs small");
	set_page_count(page + 1, 1);
	scnprintf(text, sizeof(text),
		  "slab at pfn %#lx of order %d has a page that is not its own, pfn %#lx",
		  pfn, slab_order(slab), pfn + 1);
	expect_reported(test, text);
	set_page_count(page + 1, 0);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

#ifdef CONFIG_ZONE_DMA
/* A cache for DMA that got a slab from elsewhere. */
static void wrong_zone(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	struct kmem_cache *s = slab->slab_cache;

	if (page_zonenum(slab_page(slab)) == ZONE_DMA)
		kunit_skip(test, "memory is that of ZONE_DMA");
	s->allocflags |= GFP_DMA;
	expect_reported(test, ", expected zone 0 at most");
	s->allocflags &= ~GFP_DMA;
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}
#endif /* CONFIG_ZONE_DMA */

#ifdef CONFIG_MM_LAYOUT_LINEAR
/* Nobody writes to the slab meanwhile. */
static void read_only(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);
	unsigned long addr = (unsigned long)slab_address(slab);

	KUNIT_ASSERT_EQ(test, set_memory_ro(addr, 1), 0);
	expect_reported(test, "is not mapped, or read-only, at its linear address");
	KUNIT_ASSERT_EQ(test, set_memory_rw(addr, 1), 0);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}
#endif /* CONFIG_MM_LAYOUT_LINEAR */

static void large_refcount(struct kunit *test)
{
	void *p = kunit_kmalloc(test, 2 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, p);
	page = virt_to_page(p);
	set_page_count(page, MM_LAYOUT_SLAB_REFCOUNT + 1);
	expect_reported(test, "BUG: mm_layout: slab-pages: large kmalloc at pfn ");
	KUNIT_EXPECT_TRUE(test,
			  mm_layout_console_saw("object: byte 0 of a large kmalloc of "));
	set_page_count(page, MM_LAYOUT_SLAB_REFCOUNT);
	mm_layout_expect_clean(test, MM_LAYOUT_CHECK_SLAB);
}

/* The hooks see the same when a slab is made or freed. */
static void hook_slab(struct kunit *test)
{
	struct slab *slab = victim(test, 64, 0);

	set_page_count(slab_page(slab), MM_LAYOUT_SLAB_REFCOUNT + 1);
	mm_layout_slab(slab->slab_cache, slab);
	set_page_count(slab_page(slab), MM_LAYOUT_SLAB_REFCOUNT);
	mm_layout_expect_told(test, "BUG: mm_layout: slab-pages: slab at pfn ");
}

static void hook_large(struct kunit *test)
{
	void *p = kunit_kmalloc(test, 2 * KMALLOC_MAX_CACHE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	mm_layout_kmalloc_large(virt_to_page(p), 2 * KMALLOC_MAX_CACHE_SIZE + 1,
				GFP_KERNEL);
	mm_layout_expect_told(test, "BUG: mm_layout: slab-order: large kmalloc of ");
}

static struct kunit_case live_slab_cases[] = {
	KUNIT_CASE(kmalloc_classes),
	KUNIT_CASE(kmalloc_small),
	KUNIT_CASE(kmalloc_zero),
	KUNIT_CASE(large_kmalloc),
	KUNIT_CASE(kmalloc_largest),
	KUNIT_CASE(kmalloc_under_lock),
#ifdef CONFIG_ZONE_DMA
	KUNIT_CASE(kmalloc_dma),
	KUNIT_CASE(kmalloc_exhausted),
#endif
#ifdef CONFIG_MM_LAYOUT_LINEAR
	KUNIT_CASE(no_page_table_change),
#endif
#ifdef TEST_NMI
	KUNIT_CASE(kmalloc_in_nmi),
#endif
	KUNIT_CASE(named_cache),
	KUNIT_CASE(slabs_freed),
#ifdef CONFIG_SLUB_DEBUG
	KUNIT_CASE(object_state),
#endif
	KUNIT_CASE(no_owner),
	KUNIT_CASE(wrong_cache),
	KUNIT_CASE(freed_cache),
	KUNIT_CASE(other_cache),
	KUNIT_CASE(short_count),
	KUNIT_CASE(too_many_in_use),
#ifdef CONFIG_SLUB_DEBUG
	KUNIT_CASE(no_type),
	KUNIT_CASE(not_partial),
#endif
	KUNIT_CASE(wrong_refcount),
	KUNIT_CASE(wrong_order),
	KUNIT_CASE(stray_tail),
#ifdef CONFIG_ZONE_DMA
	KUNIT_CASE(wrong_zone),
#endif
#ifdef CONFIG_MM_LAYOUT_LINEAR
	KUNIT_CASE(read_only),
#endif
	KUNIT_CASE(large_refcount),
	KUNIT_CASE(hook_slab),
	KUNIT_CASE(hook_large),
	{}
};

static struct kunit_suite live_slab_suite = {
	.name = "mm_layout_live_slab",
	.suite_init = mm_layout_console_init,
	.suite_exit = mm_layout_console_exit,
	.init = mm_layout_hooks_init,
	.exit = mm_layout_hooks_exit,
	.test_cases = live_slab_cases,
};

kunit_test_suite(live_slab_suite);
