// SPDX-License-Identifier: GPL-2.0
/*
 * What user space sees of the memory layout: that it ends where the kernel's part begins,
 * that memory comes when it is touched, and from any zone.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define MAP		"/sys/kernel/debug/mm_layout/map"
#define MB		1048576UL

#define PM_PRESENT	0x8000000000000000ULL
#define PM_PFN		0x007fffffffffffffULL
#define KPF_ZERO_PAGE	24

static size_t page_size;

/* === What the kernel says === */

/* The last address of user space by the map; 0 if it does not say so. */
static uint64_t user_last(void)
{
	uint64_t start, last, found = 0;
	FILE *f = fopen(MAP, "r");
	char line[200], name[32];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "0x%" SCNx64 " 0x%" SCNx64 " %*uK %31s", &start, &last,
			   name) == 3 && !strcmp(name, "user"))
			found = last;
	fclose(f);
	return found;
}

struct zone {
	char name[32];
	uint64_t start;
	uint64_t last;
	unsigned long pages;
};

static int read_zones(struct zone *zone, int max)
{
	FILE *f = fopen(MAP, "r");
	char line[200];
	int nr = 0;

	if (!f)
		return 0;
	while (nr < max && fgets(line, sizeof(line), f))
		if (sscanf(line, "zone %31s node %*d pfn 0x%" SCNx64 " 0x%" SCNx64,
			   zone[nr].name, &zone[nr].start, &zone[nr].last) == 3)
			zone[nr++].pages = 0;
	fclose(f);
	return nr;
}

/* A 64-bit number of a file with one for each page; all ones if there is none. */
static uint64_t read_number(const char *path, uint64_t index)
{
	uint64_t value = ~0ULL;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return value;
	if (lseek64(fd, index * sizeof(value), SEEK_SET) < 0 ||
	    read(fd, &value, sizeof(value)) != sizeof(value))
		value = ~0ULL;
	close(fd);
	return value;
}

static uint64_t pagemap_entry(const void *p)
{
	return read_number("/proc/self/pagemap", (uintptr_t)p / page_size);
}

/* The frame of what is mapped; 0 if nothing is. */
static uint64_t pfn_of(const void *p)
{
	uint64_t entry = pagemap_entry(p);

	return entry & PM_PRESENT ? entry & PM_PFN : 0;
}

/* A line of a file that is in kB, in bytes. */
static unsigned long bytes_in(const char *path, const char *name)
{
	FILE *f = fopen(path, "r");
	unsigned long value = 0;
	size_t len = strlen(name);
	char line[200];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && line[len] == ':')
			value = strtoul(line + len + 1, NULL, 10) << 10;
	fclose(f);
	return value;
}

static unsigned long status_of(const char *name)
{
	return bytes_in("/proc/self/status", name);
}

/* RssAnon lags behind in kernels that keep a part of it in the task. */
static unsigned long anonymous(void)
{
	return bytes_in("/proc/self/smaps_rollup", "Anonymous");
}

static char *fresh(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Page by page. It fails where there are no large ones, which is as well. */
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

FIXTURE(user) { };

FIXTURE_SETUP(user)
{
	page_size = sysconf(_SC_PAGESIZE);
}

FIXTURE_TEARDOWN(user) { }

/* === Where user space ends === */

static sigjmp_buf after_fault;
static sig_atomic_t fault_signal;

static void note_fault(int sig)
{
	__atomic_store_n(&fault_signal, sig, __ATOMIC_RELAXED);
	siglongjmp(after_fault, 1);
}

/* The signal that an access raises; 0 if none does. */
static int touch(uintptr_t addr, bool write)
{
	struct sigaction sa = { .sa_handler = note_fault }, segv, bus;

	sigaction(SIGSEGV, &sa, &segv);
	sigaction(SIGBUS, &sa, &bus);
	__atomic_store_n(&fault_signal, 0, __ATOMIC_RELAXED);
	if (!sigsetjmp(after_fault, 1)) {
		if (write)
			__atomic_store_n((char *)addr, 0, __ATOMIC_RELAXED);
		else
			__atomic_load_n((char *)addr, __ATOMIC_RELAXED);
	}
	sigaction(SIGSEGV, &segv, NULL);
	sigaction(SIGBUS, &bus, NULL);
	return __atomic_load_n(&fault_signal, __ATOMIC_RELAXED);
}

TEST_F(user, kernel_space_faults)
{
	uintptr_t first = user_last() + 1, addr;
	unsigned int step, n = 0;

	ASSERT_NE(0, first) TH_LOG("%s does not say where user space ends", MAP);
	EXPECT_EQ(SIGSEGV, touch(first, false));
	EXPECT_EQ(SIGSEGV, touch(first, true));
	EXPECT_EQ(SIGSEGV, touch(UINTPTR_MAX, false));
	/* Over all of the kernel's part: linear map, areas, holes, fixed mappings. */
	step = (UINTPTR_MAX - first) / 4099;
	for (addr = first; addr >= first && n < 4099; addr += step, n++) {
		ASSERT_EQ(SIGSEGV, touch(addr, false)) TH_LOG("read of %#lx", (long)addr);
		ASSERT_EQ(SIGSEGV, touch(addr, true)) TH_LOG("write of %#lx", (long)addr);
	}
}

TEST_F(user, mmap_stays_below)
{
	uintptr_t first = user_last() + 1;
	char *p;
	int i;

	ASSERT_NE(0, first);
	p = mmap((void *)first, page_size, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	EXPECT_TRUE(p == MAP_FAILED);
	EXPECT_EQ(ENOMEM, errno);
	for (i = -64; i < 64; i++) {
		p = mmap((void *)(first + i * page_size), page_size, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ASSERT_TRUE(p != MAP_FAILED);
		EXPECT_GT(first, (uintptr_t)p + page_size - 1);
		munmap(p, page_size);
	}
}

/* === Memory comes when it is touched === */

#define LAZY	(100 * MB)

TEST_F(user, mmap_is_lazy)
{
	unsigned long size = status_of("VmSize"), rss = status_of("VmRSS");
	char *p = fresh(LAZY);

	ASSERT_TRUE(!!p);
	EXPECT_LE(size + LAZY, status_of("VmSize"));
	EXPECT_GT(rss + MB, status_of("VmRSS"));
	EXPECT_EQ(0, pfn_of(p));
	memset(p, 1, MB);
	EXPECT_NE(0, pfn_of(p));
	EXPECT_LE(rss + MB, status_of("VmRSS") + MB / 4);
	EXPECT_GT(rss + 2 * MB, status_of("VmRSS"));
	munmap(p, LAZY);
	EXPECT_GT(size + MB, status_of("VmSize"));
}

TEST_F(user, malloc_is_lazy)
{
	unsigned long size = status_of("VmSize"), rss = status_of("VmRSS");
	char *p = malloc(LAZY);

	ASSERT_TRUE(!!p);
	EXPECT_LE(size + LAZY, status_of("VmSize"));
	EXPECT_GT(rss + MB, status_of("VmRSS"));
	free(p);
}

#define PAGES	64

TEST_F(user, zero_page)
{
	char *p = fresh(PAGES * page_size);
	uint64_t zero, pfn[PAGES];
	unsigned long rss;
	int i, j;

	ASSERT_TRUE(!!p);
	rss = anonymous();
	for (i = 0; i < PAGES; i++)
		ASSERT_EQ(0, __atomic_load_n(p + i * page_size, __ATOMIC_RELAXED));
	zero = pfn_of(p);
	ASSERT_NE(0, zero) TH_LOG("/proc/self/pagemap shows no frames");
	for (i = 0; i < PAGES; i++)
		EXPECT_EQ(zero, pfn_of(p + i * page_size));
	EXPECT_NE(0, read_number("/proc/kpageflags", zero) & 1ULL << KPF_ZERO_PAGE);
	EXPECT_EQ(rss, anonymous());

	for (i = 0; i < PAGES; i++)
		p[i * page_size] = i + 1;
	for (i = 0; i < PAGES; i++) {
		pfn[i] = pfn_of(p + i * page_size);
		EXPECT_NE(0, pfn[i]);
		EXPECT_NE(zero, pfn[i]);
		for (j = 0; j < i; j++)
			EXPECT_NE(pfn[j], pfn[i]);
	}
	EXPECT_EQ(rss + PAGES * page_size, anonymous());
	munmap(p, PAGES * page_size);
}

/* After a fork() both have the same frame, until one of them writes. */
TEST_F(user, copy_on_write)
{
	char *p = fresh(page_size);
	uint64_t pfn;
	int stat;
	pid_t pid;

	ASSERT_TRUE(!!p);
	*p = 1;
	pfn = pfn_of(p);
	ASSERT_NE(0, pfn);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		int ret = 0;

		if (pfn_of(p) != pfn)
			ret |= 1;
		if (*p != 1)
			ret |= 2;
		*p = 2;
		if (!pfn_of(p) || pfn_of(p) == pfn)
			ret |= 4;
		_exit(ret);
	}
	ASSERT_EQ(pid, waitpid(pid, &stat, 0));
	EXPECT_EQ(0, stat);
	EXPECT_EQ(1, *p);
	EXPECT_EQ(pfn, pfn_of(p));
	munmap(p, page_size);
}

TEST_F(user, brk_pages_on_touch)
{
	char *start = sbrk(0), *base = (char *)(((uintptr_t)start + page_size - 1) &
						-page_size);

	ASSERT_EQ(0, brk(base + 2 * page_size));
	base[0] = 1;
	base[page_size] = 1;
	EXPECT_NE(0, pfn_of(base));
	EXPECT_NE(0, pfn_of(base + page_size));
	/* From two pages to four: the new ones are there, but have no frames. */
	ASSERT_EQ(0, brk(base + 4 * page_size));
	EXPECT_EQ(0, pfn_of(base + 2 * page_size));
	EXPECT_EQ(0, pfn_of(base + 3 * page_size));
	base[3 * page_size] = 1;
	EXPECT_EQ(0, pfn_of(base + 2 * page_size));
	EXPECT_NE(0, pfn_of(base + 3 * page_size));
	ASSERT_EQ(0, brk(base + page_size));
	EXPECT_EQ(0, pfn_of(base + page_size));
	EXPECT_EQ(SIGSEGV, touch((uintptr_t)base + page_size, false));
	EXPECT_EQ(0, brk(start));
}

/* === What the C library keeps === */

#define CHUNKS		4096
#define CHUNK_SIZE	4000

/* Megabytes that are still there after all of 16 were freed; more than that if it fails. */
static int kept_after_free(int threshold)
{
	static char *chunk[CHUNKS];
	unsigned long before, full;
	int i;

	/* By brk(), and returned only if that much is free. */
	mallopt(M_MMAP_THRESHOLD, 32 * MB);
	mallopt(M_TRIM_THRESHOLD, threshold);
	before = status_of("VmRSS");
	for (i = 0; i < CHUNKS; i++) {
		chunk[i] = malloc(CHUNK_SIZE);
		if (!chunk[i])
			return 100;
		memset(chunk[i], 1, CHUNK_SIZE);
	}
	full = status_of("VmRSS");
	if (full < before + 15 * MB)
		return 101;
	/* From the end, so that the last free() leaves all of it free at the end. */
	for (i = CHUNKS; i-- > 0;)
		free(chunk[i]);
	return (status_of("VmRSS") - before + MB / 2) / MB;
}

static int kept_in_child(int threshold)
{
	pid_t pid = fork();
	int stat;

	if (!pid)
		_exit(kept_after_free(threshold));
	if (pid < 0 || waitpid(pid, &stat, 0) != pid || !WIFEXITED(stat))
		return 102;
	return WEXITSTATUS(stat);
}

TEST_F(user, libc_keeps_memory)
{
	int kept = kept_in_child(1 << 30);

	EXPECT_LE(15, kept);
	EXPECT_GT(100, kept);
	EXPECT_GE(1, kept_in_child(128 << 10));
}

/* === Any zone === */

#define MANY	(24 * MB)

TEST_F(user, pages_of_any_zone)
{
	unsigned long i, in_zones = 0, n = MANY / page_size;
	char *p = fresh(MANY);
	struct zone zone[16];
	uint64_t pfn;
	int z, nr = read_zones(zone, 16);
	bool highmem = false;

	ASSERT_LT(0, nr);
	ASSERT_TRUE(!!p);
	memset(p, 1, MANY);
	for (i = 0; i < n; i++) {
		pfn = pfn_of(p + i * page_size);
		ASSERT_NE(0, pfn);
		for (z = 0; z < nr; z++)
			if (pfn >= zone[z].start && pfn <= zone[z].last) {
				zone[z].pages++;
				in_zones++;
			}
	}
	EXPECT_EQ(n, in_zones);
	for (z = 0; z < nr; z++) {
		TH_LOG("%lu of %lu pages are in zone %s", zone[z].pages, n, zone[z].name);
		if (strcmp(zone[z].name, "HighMem"))
			continue;
		highmem = true;
		/* It is what is taken first. */
		EXPECT_LT(n / 2, zone[z].pages);
	}
	if (!highmem)
		TH_LOG("this machine has no highmem");
	munmap(p, MANY);
}

TEST_HARNESS_MAIN
