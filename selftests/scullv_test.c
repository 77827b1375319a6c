// SPDX-License-Identifier: GPL-2.0
/*
 * Uses /dev/mm_layout_scullv, of test_modules/, as a user of a device does, and
 * looks for its quanta among the vmap areas that mm_layout lists.
 */
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define MODULE		"mm_layout_scullv"
#define DEVICE		"/dev/" MODULE
#define PARAMETERS	"/sys/module/" MODULE "/parameters/"
#define QUANTA		"/sys/kernel/debug/" MODULE "/quanta"
#define AREAS		"/sys/kernel/debug/mm_layout/areas"
#define EXPLAIN		"/sys/kernel/debug/mm_layout/explain"
#define SCAN		"/sys/kernel/debug/mm_layout/scan"

#define BLANKS		" \t\n"

/* No test has more of them at a time. */
#define MAX_LISTED	64
#define MIN_QUANTA	16

static size_t quantum;
static unsigned long max_quanta;
static size_t page_size;

/*
 * Helpers return what went wrong, or "": the macros of the harness are not for
 * threads.
 */
#define ASSERT_WELL(call) ASSERT_STREQ("", call)

static __thread char why[400];

static const char *wrong(const char *fmt, ...) __printf(1, 2);

static const char *wrong(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	return why;
}

static bool is_well(const char *result)
{
	return !result[0];
}

/* === Data === */

/* xorshift32: the same numbers in every run. */
static unsigned int next_random(unsigned int *state)
{
	unsigned int x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x;
}

/* Any byte can be checked by itself, wherever a read begins. */
static unsigned char pattern(unsigned int seed, off_t pos)
{
	unsigned int x = seed * 0x9e3779b9u + (unsigned int)pos + 1;

	x ^= x >> 16;
	x *= 0x85ebca6bu;
	x ^= x >> 13;
	return x ^ x >> 8;
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How far a read or a write goes. */
static size_t piece(off_t pos, size_t len)
{
	return min_size(len, quantum - pos % quantum);
}

static const char *put_from(int fd, off_t pos, size_t len, unsigned int seed,
			    unsigned char *buf)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = pattern(seed, pos + i);
	for (i = 0; i < len;) {
		ssize_t n = pwrite(fd, buf + i, len - i, pos + i);

		if (n < 0 || (size_t)n != piece(pos + i, len - i))
			return wrong("pwrite of %zu at %lld: %zd, expected %zu (%s)",
				     len - i, (long long)pos + i, n,
				     piece(pos + i, len - i),
				     n < 0 ? strerror(errno) : "no error");
		i += n;
	}
	return "";
}

/* Writes all of it, each time as much as is left of it. */
static const char *put(int fd, off_t pos, size_t len, unsigned int seed)
{
	unsigned char *buf = malloc(len);
	const char *ret;

	if (!buf)
		return "out of memory";
	ret = put_from(fd, pos, len, seed, buf);
	free(buf);
	return ret;
}

static const char *get_to(int fd, off_t pos, size_t len, unsigned int seed, bool zero,
			  unsigned char *buf)
{
	size_t i;

	for (i = 0; i < len;) {
		ssize_t n = pread(fd, buf + i, len - i, pos + i);

		if (n < 0 || (size_t)n != piece(pos + i, len - i))
			return wrong("pread of %zu at %lld: %zd, expected %zu (%s)",
				     len - i, (long long)pos + i, n,
				     piece(pos + i, len - i),
				     n < 0 ? strerror(errno) : "no error");
		i += n;
	}
	for (i = 0; i < len; i++) {
		unsigned char want = zero ? 0 : pattern(seed, pos + i);

		if (buf[i] != want)
			return wrong("at %lld is %#x, expected %#x",
				     (long long)pos + i, buf[i], want);
	}
	return "";
}

static const char *get_or_zeros(int fd, off_t pos, size_t len, unsigned int seed,
				bool zero)
{
	unsigned char *buf = malloc(len);
	const char *ret;

	if (!buf)
		return "out of memory";
	/* Nothing that is expected. */
	memset(buf, 0xa5, len);
	ret = get_to(fd, pos, len, seed, zero, buf);
	free(buf);
	return ret;
}

/* Reads what put() has written. */
static const char *get(int fd, off_t pos, size_t len, unsigned int seed)
{
	return get_or_zeros(fd, pos, len, seed, false);
}

static const char *get_zeros(int fd, off_t pos, size_t len)
{
	return get_or_zeros(fd, pos, len, 0, true);
}

static const char *no_data(int fd, off_t pos)
{
	char c;
	ssize_t n = pread(fd, &c, 1, pos);

	if (n)
		return wrong("pread at %lld: %zd, expected 0 (%s)", (long long)pos, n,
			     n < 0 ? strerror(errno) : "no error");
	return "";
}

static off_t device_size(int fd)
{
	off_t pos = lseek(fd, 0, SEEK_CUR);
	off_t size = lseek(fd, 0, SEEK_END);

	return lseek(fd, pos, SEEK_SET) == pos ? size : -1;
}

/* === Files === */

static const char *read_number(const char *path, unsigned long *value)
{
	FILE *f = fopen(path, "r");
	int n;

	if (!f)
		return wrong("%s: %s", path, strerror(errno));
	n = fscanf(f, "%lu", value);
	fclose(f);
	return n == 1 ? "" : wrong("%s has no number", path);
}

struct quantum_line {
	unsigned long index;
	unsigned long long addr;
	unsigned long size;
};

struct area_line {
	unsigned long long start, last, kib;
	char kind[16];
	unsigned long pages;
	char caller[128];
	char module[64];
};

static const char *parse_quantum(const char *line, struct quantum_line *q)
{
	int end = -1;

	if (sscanf(line, "%lu 0x%llx %lu\n%n", &q->index, &q->addr, &q->size,
		   &end) < 3 || end < 0 || line[end])
		return wrong("no line of a quantum: %s", line);
	return "";
}

/* "0xSTART 0xLAST SIZEK KIND", and details. */
static const char *parse_area(char *line, struct area_line *a)
{
	char *word, *save;
	int end = -1;

	memset(a, 0, sizeof(*a));
	if (sscanf(line, "0x%llx 0x%llx %lluK %15[a-z_]%n", &a->start, &a->last,
		   &a->kib, a->kind, &end) < 4 || end < 0)
		return wrong("no line of an area: %s", line);
	if (a->last <= a->start || a->last - a->start + 1 != a->kib << 10)
		return wrong("the size is wrong: %s", line);
	for (word = strtok_r(line + end, BLANKS, &save); word;
	     word = strtok_r(NULL, BLANKS, &save)) {
		unsigned long long phys;

		if (sscanf(word, "pages=%lu", &a->pages) == 1 ||
		    sscanf(word, "phys=0x%llx", &phys) == 1 ||
		    sscanf(word, "caller=%127s", a->caller) == 1 ||
		    sscanf(word, "[%63[^]]]", a->module) == 1 ||
		    !strcmp(word, "in_the_making"))
			continue;
		return wrong("unknown word in the line of area %#llx: %s",
			     a->start, word);
	}
	return "";
}

static const char *read_quanta_file(FILE *f, struct quantum_line *list,
				    unsigned int *nr)
{
	char line[200];

	for (*nr = 0; fgets(line, sizeof(line), f); ++*nr) {
		const char *ret;

		if (*nr == MAX_LISTED)
			return wrong("more than %d quanta", MAX_LISTED);
		ret = parse_quantum(line, &list[*nr]);
		if (!is_well(ret))
			return ret;
	}
	return ferror(f) ? wrong("reading " QUANTA ": %s", strerror(errno)) : "";
}

/* Of up to MAX_LISTED quanta. */
static const char *read_quanta(struct quantum_line *list, unsigned int *nr)
{
	FILE *f = fopen(QUANTA, "r");
	const char *ret;

	if (!f)
		return wrong(QUANTA ": %s", strerror(errno));
	ret = read_quanta_file(f, list, nr);
	fclose(f);
	return ret;
}

static const char *read_areas_file(FILE *f, struct area_line *list, unsigned int *nr)
{
	unsigned long long end = 0;
	struct area_line a;
	char line[400];

	if (!fgets(line, sizeof(line), f) || line[0] != '#')
		return wrong("the first line of " AREAS " is no comment");
	*nr = 0;
	while (fgets(line, sizeof(line), f)) {
		const char *ret = parse_area(line, &a);

		if (!is_well(ret))
			return ret;
		if (a.start < end)
			return wrong("area %#llx: the areas are not in order", a.start);
		end = a.last;
		if (strcmp(a.module, MODULE))
			continue;
		if (*nr == MAX_LISTED)
			return wrong("more than %d areas", MAX_LISTED);
		list[(*nr)++] = a;
	}
	return ferror(f) ? wrong("reading " AREAS ": %s", strerror(errno)) : "";
}

/* Of up to MAX_LISTED areas that our module has asked for. */
static const char *read_areas(struct area_line *list, unsigned int *nr)
{
	FILE *f = fopen(AREAS, "r");
	const char *ret;

	if (!f)
		return wrong(AREAS ": %s", strerror(errno));
	ret = read_areas_file(f, list, nr);
	fclose(f);
	return ret;
}

/* Are these the quanta that are there, by their numbers? */
static const char *check_quanta(unsigned int nr, const unsigned long *indices)
{
	struct quantum_line list[MAX_LISTED];
	unsigned int i, listed;
	const char *ret;

	ret = read_quanta(list, &listed);
	if (!is_well(ret))
		return ret;
	if (listed != nr)
		return wrong("%u quanta, expected %u", listed, nr);
	for (i = 0; i < nr; i++) {
		if (list[i].index != indices[i])
			return wrong("quantum %lu, expected %lu", list[i].index,
				     indices[i]);
		if (list[i].size != quantum || !list[i].addr ||
		    list[i].addr % page_size)
			return wrong("quantum %lu has size %lu at %#llx",
				     list[i].index, list[i].size, list[i].addr);
	}
	return "";
}

static const char *check_area(const struct quantum_line *q,
			      const struct area_line *a)
{
	if (strcmp(a->kind, "vmalloc"))
		return wrong("quantum %lu at %#llx is of kind %s", q->index, q->addr,
			     a->kind);
	if (a->pages != q->size / page_size)
		return wrong("quantum %lu at %#llx has %lu pages, expected %lu",
			     q->index, q->addr, a->pages, q->size / page_size);
	if (a->last < q->addr + q->size - 1)
		return wrong("quantum %lu at %#llx ends behind %#llx", q->index,
			     q->addr, a->last);
	/* "symbol+0xoffset/0xsize", or an address if there is no symbol. */
	if (!strncmp(a->caller, "0x", 2) || !strstr(a->caller, "+0x"))
		return wrong("quantum %lu at %#llx: caller %s is no function",
			     q->index, q->addr, a->caller);
	return "";
}

/* Has every quantum its area, and every area of the module its quantum? */
static const char *check_areas(unsigned int *nr)
{
	struct quantum_line quanta[MAX_LISTED];
	struct area_line areas[MAX_LISTED];
	unsigned int i, j, nr_areas;
	const char *ret;

	ret = read_quanta(quanta, nr);
	if (!is_well(ret))
		return ret;
	ret = read_areas(areas, &nr_areas);
	if (!is_well(ret))
		return ret;
	for (i = 0; i < *nr; i++) {
		for (j = 0; j < nr_areas; j++)
			if (areas[j].start == quanta[i].addr)
				break;
		if (j == nr_areas)
			return wrong("quantum %lu at %#llx: no area of the module starts there",
				     quanta[i].index, quanta[i].addr);
		ret = check_area(&quanta[i], &areas[j]);
		if (!is_well(ret))
			return ret;
	}
	if (nr_areas != *nr)
		return wrong("%u areas of the module, %u quanta", nr_areas, *nr);
	return "";
}

static const char *no_areas(void)
{
	unsigned int nr;
	const char *ret = check_areas(&nr);

	if (is_well(ret) && nr)
		return wrong("%u quanta are left", nr);
	return ret;
}

static const char *scan_vmalloc(void)
{
	static const char word[] = "vmalloc\n";
	/* The last line stays in the buffer. */
	char line[400] = "";
	int fd = open(SCAN, O_WRONLY);
	ssize_t n;
	FILE *f;

	if (fd < 0)
		return wrong(SCAN ": %s", strerror(errno));
	n = write(fd, word, strlen(word));
	close(fd);
	if (n != (ssize_t)strlen(word))
		return wrong("writing to " SCAN ": %zd", n);
	f = fopen(SCAN, "r");
	if (!f)
		return wrong(SCAN ": %s", strerror(errno));
	while (fgets(line, sizeof(line), f))
		;
	fclose(f);
	if (!strstr(line, "scan passed: ") || !strstr(line, ", 0 violations,"))
		return wrong(SCAN " ends with: %s", line);
	return "";
}

static const char *trim(int flags)
{
	int fd = open(DEVICE, flags | O_TRUNC);

	if (fd < 0)
		return wrong("opening " DEVICE ": %s", strerror(errno));
	close(fd);
	return "";
}

/* === The device === */

/* An open device without data, or -1 if the test is not to run. */
static int set_up(struct __test_metadata *_metadata)
{
	unsigned long value = 0;
	int fd;

	fd = open(DEVICE, O_RDWR | O_TRUNC);
	if (fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		SKIP(return -1, "no " DEVICE ", load test_modules/" MODULE ".ko");
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		SKIP(return -1, "only root can open " DEVICE);
	ASSERT_LE(0, fd) {
		TH_LOG(DEVICE ": %s", strerror(errno));
	}
	if (access(QUANTA, R_OK))
		SKIP(return -1, "cannot read " QUANTA ", is debugfs mounted?");

	page_size = sysconf(_SC_PAGESIZE);
	ASSERT_WELL(read_number(PARAMETERS "quantum", &value));
	quantum = value;
	ASSERT_WELL(read_number(PARAMETERS "max_quanta", &max_quanta));
	ASSERT_LT(0, quantum);
	ASSERT_EQ(0, quantum % page_size);
	if (max_quanta < MIN_QUANTA)
		SKIP(return -1, "max_quanta is %lu, less than %d", max_quanta,
		     MIN_QUANTA);
	return fd;
}

FIXTURE(scullv) {
	int fd;
};

FIXTURE_SETUP(scullv)
{
	self->fd = set_up(_metadata);
}

FIXTURE_TEARDOWN(scullv)
{
	close(self->fd);
	EXPECT_STREQ("", trim(O_WRONLY));
}

TEST_F(scullv, is_empty)
{
	ASSERT_EQ(0, device_size(self->fd));
	ASSERT_WELL(no_data(self->fd, 0));
	ASSERT_WELL(no_data(self->fd, quantum));
	ASSERT_WELL(check_quanta(0, NULL));
}

TEST_F(scullv, spans_quanta)
{
	static const unsigned long all[] = { 0, 1, 2, 3 };
	size_t len = 3 * quantum + quantum / 2 + 7;

	ASSERT_WELL(put(self->fd, 0, len, 1));
	ASSERT_WELL(get(self->fd, 0, len, 1));
	ASSERT_EQ((off_t)len, device_size(self->fd));
	ASSERT_WELL(no_data(self->fd, len));
	ASSERT_WELL(check_quanta(4, all));
	/* Over what is there, and no more quanta for it. */
	ASSERT_WELL(put(self->fd, 0, len, 2));
	ASSERT_WELL(get(self->fd, 0, len, 2));
	ASSERT_EQ((off_t)len, device_size(self->fd));
	ASSERT_WELL(check_quanta(4, all));
}

/* The position of the file is where the next piece starts. */
TEST_F(scullv, odd_pieces)
{
	const size_t sizes[] = { 1, 3, 7, 61, 509, page_size - 1, page_size + 1,
				 quantum - 1, quantum + 1 };
	const size_t len = 3 * quantum + 1;
	unsigned char *buf = malloc(quantum + 1);
	unsigned int turn;
	size_t pos, i;

	ASSERT_TRUE(!!buf);
	for (turn = 0, pos = 0; pos < len; turn++) {
		size_t size = min_size(sizes[turn % ARRAY_SIZE(sizes)], len - pos);

		for (i = 0; i < size; i++)
			buf[i] = pattern(3, pos + i);
		ASSERT_EQ((ssize_t)piece(pos, size), write(self->fd, buf, size));
		pos += piece(pos, size);
		ASSERT_EQ((off_t)pos, lseek(self->fd, 0, SEEK_CUR));
	}
	ASSERT_WELL(get(self->fd, 0, len, 3));

	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	/* In other pieces than it was written. */
	for (turn = 4, pos = 0; pos < len; turn++) {
		size_t size = min_size(sizes[turn % ARRAY_SIZE(sizes)], len - pos);

		ASSERT_EQ((ssize_t)piece(pos, size), read(self->fd, buf, size));
		for (i = 0; i < piece(pos, size); i++)
			ASSERT_EQ(pattern(3, pos + i), buf[i]);
		pos += piece(pos, size);
		ASSERT_EQ((off_t)pos, lseek(self->fd, 0, SEEK_CUR));
	}
	ASSERT_EQ(0, read(self->fd, buf, quantum));
	free(buf);
}

TEST_F(scullv, borders)
{
	size_t before, behind;

	for (before = 1; before < 4; before++) {
		for (behind = 1; behind < 4; behind++) {
			off_t pos = (off_t)quantum - before;
			size_t len = before + behind;

			ASSERT_WELL(trim(O_WRONLY));
			ASSERT_WELL(put(self->fd, pos, len, len));
			ASSERT_WELL(get(self->fd, pos, len, len));
			ASSERT_WELL(get_zeros(self->fd, 0, pos));
			ASSERT_EQ(pos + (off_t)len, device_size(self->fd));
			ASSERT_WELL(no_data(self->fd, pos + len));
		}
	}
}

TEST_F(scullv, seek)
{
	const off_t size = 2 * quantum + 5;
	char c;

	ASSERT_WELL(put(self->fd, 0, size, 4));
	ASSERT_EQ(size, lseek(self->fd, 0, SEEK_END));
	ASSERT_EQ(0, read(self->fd, &c, 1));
	ASSERT_EQ(size - 6, lseek(self->fd, -6, SEEK_END));
	ASSERT_EQ(1, read(self->fd, &c, 1));
	ASSERT_EQ(pattern(4, size - 6), (unsigned char)c);
	ASSERT_EQ(size - 5, lseek(self->fd, 0, SEEK_CUR));
	ASSERT_EQ(size - 2, lseek(self->fd, 3, SEEK_CUR));
	ASSERT_EQ(1, read(self->fd, &c, 1));
	ASSERT_EQ(pattern(4, size - 2), (unsigned char)c);
	ASSERT_EQ(3, lseek(self->fd, 3, SEEK_SET));
	ASSERT_EQ(1, read(self->fd, &c, 1));
	ASSERT_EQ(pattern(4, 3), (unsigned char)c);

	/* To seek is not to write. */
	ASSERT_EQ(size + 100, lseek(self->fd, 100, SEEK_END));
	ASSERT_EQ(0, read(self->fd, &c, 1));
	ASSERT_EQ(size, device_size(self->fd));

	ASSERT_EQ(7, lseek(self->fd, 7, SEEK_SET));
	ASSERT_EQ(-1, lseek(self->fd, -1, SEEK_SET));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(-1, lseek(self->fd, -8, SEEK_CUR));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(-1, lseek(self->fd, -size - 1, SEEK_END));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(-1, lseek(self->fd, 0, SEEK_DATA));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(7, lseek(self->fd, 0, SEEK_CUR));
}

/* Quanta that were never written to end a read, others have zeros. */
TEST_F(scullv, sparse)
{
	static const unsigned long one[] = { 3 }, two[] = { 1, 3 };
	const off_t pos = 3 * quantum + quantum / 2 + 11;

	ASSERT_WELL(put(self->fd, pos, 5, 5));
	ASSERT_EQ(pos + 5, device_size(self->fd));
	ASSERT_WELL(check_quanta(1, one));
	ASSERT_WELL(no_data(self->fd, 0));
	ASSERT_WELL(no_data(self->fd, quantum - 1));
	ASSERT_WELL(no_data(self->fd, 3 * quantum - 1));
	ASSERT_WELL(get_zeros(self->fd, 3 * quantum, quantum / 2 + 11));
	ASSERT_WELL(get(self->fd, pos, 5, 5));
	ASSERT_WELL(no_data(self->fd, pos + 5));

	/* What is written in front of the end leaves it where it is. */
	ASSERT_WELL(put(self->fd, quantum, 3, 6));
	ASSERT_EQ(pos + 5, device_size(self->fd));
	ASSERT_WELL(check_quanta(2, two));
	ASSERT_WELL(get(self->fd, quantum, 3, 6));
	ASSERT_WELL(get_zeros(self->fd, quantum + 3, quantum - 3));
	ASSERT_WELL(no_data(self->fd, 2 * quantum));
	ASSERT_WELL(get(self->fd, pos, 5, 5));
}

TEST_F(scullv, trim)
{
	static const int trimming[] = { O_WRONLY, O_RDWR, O_RDONLY };
	static const unsigned long first[] = { 0 }, second[] = { 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(trimming); i++) {
		ASSERT_WELL(put(self->fd, 0, 2 * quantum + 1, 7));
		ASSERT_WELL(trim(trimming[i]));
		ASSERT_EQ(0, device_size(self->fd));
		ASSERT_WELL(no_data(self->fd, 0));
		ASSERT_WELL(no_data(self->fd, 2 * quantum));
		ASSERT_WELL(check_quanta(0, NULL));
		/* What was there does not come back. */
		ASSERT_WELL(put(self->fd, quantum - 1, 1, 8));
		ASSERT_WELL(get_zeros(self->fd, 0, quantum - 1));
		ASSERT_WELL(check_quanta(1, first));
	}

	/* A file that is open keeps its position. */
	ASSERT_EQ((off_t)quantum + 9, lseek(self->fd, quantum + 9, SEEK_SET));
	ASSERT_WELL(trim(O_WRONLY));
	ASSERT_EQ(1, write(self->fd, "x", 1));
	ASSERT_EQ((off_t)quantum + 10, device_size(self->fd));
	ASSERT_WELL(check_quanta(1, second));
}

TEST_F(scullv, open_keeps_data)
{
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;

	ASSERT_WELL(put(self->fd, 0, quantum + 1, 9));
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		int fd = open(DEVICE, flags[i]);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, close(fd));
		ASSERT_WELL(get(self->fd, 0, quantum + 1, 9));
	}
}

TEST_F(scullv, limit)
{
	const off_t limit = (off_t)quantum * max_quanta;
	const unsigned long last[] = { max_quanta - 1 };
	off_t beyond[] = { limit, limit + 1, limit + quantum,
			   limit + (1LL << 31), limit + (1LL << 32), INT64_MAX - 1 };
	unsigned int i;

	ASSERT_EQ(1, pwrite(self->fd, "xy", 2, limit - 1));
	ASSERT_EQ(limit, device_size(self->fd));
	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		ASSERT_EQ(-1, pwrite(self->fd, "z", 1, beyond[i]));
		ASSERT_EQ(ENOSPC, errno);
		ASSERT_WELL(no_data(self->fd, beyond[i]));
	}
	/* Nor is it taken for the beginning, where 32 bits end. */
	if (limit <= 1LL << 32) {
		ASSERT_EQ(-1, pwrite(self->fd, "z", 1, 1LL << 32));
		ASSERT_EQ(ENOSPC, errno);
	}
	ASSERT_EQ(limit, lseek(self->fd, limit, SEEK_SET));
	ASSERT_EQ(-1, lseek(self->fd, limit + 1, SEEK_SET));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(-1, lseek(self->fd, 1, SEEK_END));
	ASSERT_EQ(EINVAL, errno);
	ASSERT_EQ(limit, lseek(self->fd, 0, SEEK_CUR));
	ASSERT_EQ(limit, device_size(self->fd));
	ASSERT_WELL(check_quanta(1, last));
}

TEST_F(scullv, bad_buffers)
{
	char *buf = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *bad = buf + page_size;

	ASSERT_TRUE(buf != MAP_FAILED);
	ASSERT_EQ(0, mprotect(bad, page_size, PROT_NONE));
	ASSERT_WELL(put(self->fd, 0, 2 * quantum, 10));

	ASSERT_EQ(0, write(self->fd, bad, 0));
	ASSERT_EQ(0, read(self->fd, bad, 0));
	ASSERT_EQ(-1, read(self->fd, bad, 16));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_EQ(-1, read(self->fd, bad - 8, 16));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_WELL(get(self->fd, 0, 2 * quantum, 10));
	/* Only what it would have replaced is lost: copy_from_user() zeroes it. */
	ASSERT_EQ(-1, write(self->fd, bad, 16));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_CUR));
	ASSERT_WELL(get(self->fd, 16, 2 * quantum - 16, 10));

	/* The end of the data stays where it was. */
	ASSERT_EQ(-1, pwrite(self->fd, bad - 8, 16, 2 * quantum));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_EQ(-1, pwrite(self->fd, bad, 16, 5 * quantum));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_EQ((off_t)(2 * quantum), device_size(self->fd));
	ASSERT_WELL(no_data(self->fd, 2 * quantum));
	munmap(buf, 2 * page_size);
}

/* === Random reads and writes, against a model === */

#define MODEL_QUANTA	6
#define MODEL_STEPS	1500

struct model {
	unsigned char *data;
	unsigned char *buf;
	bool there[MODEL_QUANTA];
	size_t size;
	unsigned int random;
};

static size_t random_length(struct model *m)
{
	unsigned int r = next_random(&m->random);

	switch (r & 3) {
	case 0:
		return 1 + (r >> 8) % 16;
	case 1:
	case 2:
		return 1 + (r >> 8) % (2 * page_size);
	default:
		return 1 + (r >> 8) % (quantum + quantum / 2);
	}
}

static size_t random_position(struct model *m)
{
	unsigned int r = next_random(&m->random);
	size_t pos = next_random(&m->random) % (MODEL_QUANTA * quantum);

	/* Every other one is close to a border. */
	if (r & 1) {
		pos -= pos % quantum;
		pos += r & 2 ? (r >> 8) % 8 : quantum - 1 - (r >> 8) % 8;
	}
	return pos;
}

static const char *model_write(struct model *m, int fd)
{
	size_t pos = random_position(m), len = random_length(m), i;
	ssize_t want = piece(pos, len), n;

	for (i = 0; i < len; i++)
		m->buf[i] = next_random(&m->random) >> 11;
	n = pwrite(fd, m->buf, len, pos);
	if (n != want)
		return wrong("pwrite of %zu at %zu: %zd, expected %zd", len, pos, n, want);
	memcpy(m->data + pos, m->buf, n);
	m->there[pos / quantum] = true;
	if (m->size < pos + n)
		m->size = pos + n;
	return "";
}

static const char *model_read(struct model *m, int fd)
{
	size_t pos = random_position(m), len = random_length(m);
	ssize_t want = 0, n;

	if (pos < m->size && m->there[pos / quantum])
		want = min_size(piece(pos, len), m->size - pos);
	n = pread(fd, m->buf, len, pos);
	if (n != want)
		return wrong("pread of %zu at %zu: %zd, expected %zd", len, pos, n, want);
	if (memcmp(m->buf, m->data + pos, n))
		return wrong("pread of %zu at %zu: wrong data", len, pos);
	return "";
}

static const char *model_check(struct model *m, int fd)
{
	unsigned long indices[MODEL_QUANTA];
	unsigned int i, nr = 0;

	for (i = 0; i < MODEL_QUANTA; i++)
		if (m->there[i])
			indices[nr++] = i;
	if (device_size(fd) != (off_t)m->size)
		return wrong("size %lld, expected %zu", (long long)device_size(fd), m->size);
	return check_quanta(nr, indices);
}

static const char *model_trim(struct model *m)
{
	memset(m->data, 0, MODEL_QUANTA * quantum);
	memset(m->there, 0, sizeof(m->there));
	m->size = 0;
	return trim(O_WRONLY);
}

static const char *model_step(struct model *m, int fd)
{
	unsigned int what = next_random(&m->random) % 200;

	if (what < 2)
		return model_trim(m);
	if (what < 20)
		return model_check(m, fd);
	return what & 1 ? model_write(m, fd) : model_read(m, fd);
}

TEST_F_TIMEOUT(scullv, model, 120)
{
	struct model m = { .random = 0x5c011 };
	unsigned int i;

	m.data = calloc(MODEL_QUANTA, quantum);
	m.buf = malloc(2 * quantum + 2 * page_size);
	ASSERT_TRUE(m.data && m.buf);
	for (i = 0; i < MODEL_STEPS; i++) {
		ASSERT_WELL(model_step(&m, self->fd)) {
			TH_LOG("step %u", i);
		}
	}
	ASSERT_WELL(model_check(&m, self->fd));
	free(m.buf);
	free(m.data);
}

/* === Several users, each with quanta of its own === */

#define WORKERS		4
#define WORKER_QUANTA	3
#define WORKER_ROUNDS	12

struct worker {
	pthread_t thread;
	unsigned int nr;
	int fd;
	bool stop;
	unsigned int rounds;
	char result[sizeof(why)];
};

/* Its quanta lie between those of the others. */
static off_t worker_pos(unsigned int worker, unsigned int i)
{
	return (off_t)quantum * (i * WORKERS + worker);
}

/* The same range of bytes in each of its quanta. */
static const char *work_round(unsigned int worker, int fd, size_t from, size_t len,
			      unsigned int seed)
{
	const char *ret = "";
	unsigned int i;

	for (i = 0; i < WORKER_QUANTA && is_well(ret); i++)
		ret = put(fd, worker_pos(worker, i) + from, len, seed + i);
	for (i = 0; i < WORKER_QUANTA && is_well(ret); i++)
		ret = get(fd, worker_pos(worker, i) + from, len, seed + i);
	return ret;
}

static const char *work(unsigned int worker, int fd)
{
	unsigned int random = worker + 1;
	const char *ret = "";
	unsigned int round;

	for (round = 0; round < WORKER_ROUNDS && is_well(ret); round++) {
		size_t from = next_random(&random) % quantum;
		size_t len = 1 + next_random(&random) % (quantum - from);

		ret = work_round(worker, fd, from, len, random);
	}
	if (is_well(ret))
		ret = work_round(worker, fd, 0, quantum, worker * WORKER_QUANTA);
	return ret;
}

/* What all workers have left, in the end. */
static const char *check_work(int fd)
{
	unsigned long indices[WORKERS * WORKER_QUANTA];
	const char *ret = "";
	unsigned int i, w;

	for (i = 0; i < WORKERS * WORKER_QUANTA; i++)
		indices[i] = i;
	for (w = 0; w < WORKERS; w++)
		for (i = 0; i < WORKER_QUANTA && is_well(ret); i++)
			ret = get(fd, worker_pos(w, i), quantum,
				  w * WORKER_QUANTA + i);
	return is_well(ret) ? check_quanta(WORKERS * WORKER_QUANTA, indices) : ret;
}

TEST_F_TIMEOUT(scullv, processes, 120)
{
	pid_t pids[WORKERS];
	unsigned int i;

	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		ASSERT_LE(0, pids[i]);
		if (!pids[i]) {
			int fd = open(DEVICE, O_RDWR);
			const char *ret = fd < 0 ? "cannot open" : work(i, fd);

			if (!is_well(ret))
				TH_LOG("process %u: %s", i, ret);
			_exit(!is_well(ret));
		}
	}
	for (i = 0; i < WORKERS; i++) {
		int status = -1;

		ASSERT_EQ(pids[i], waitpid(pids[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	ASSERT_WELL(check_work(self->fd));
}

static void *work_thread(void *arg)
{
	struct worker *w = arg;

	snprintf(w->result, sizeof(w->result), "%s", work(w->nr, w->fd));
	return NULL;
}

/* Looks at all files, over and over. */
static void *watch_thread(void *arg)
{
	struct quantum_line quanta[MAX_LISTED];
	struct area_line areas[MAX_LISTED];
	bool has_areas = !access(AREAS, R_OK);
	struct worker *w = arg;
	const char *ret = "";
	unsigned int nr;

	do {
		ret = read_quanta(quanta, &nr);
		if (is_well(ret) && has_areas)
			ret = read_areas(areas, &nr);
		w->rounds++;
	} while (is_well(ret) && !__atomic_load_n(&w->stop, __ATOMIC_RELAXED));
	snprintf(w->result, sizeof(w->result), "%s", ret);
	return NULL;
}

/* All with the same file. */
TEST_F_TIMEOUT(scullv, threads, 120)
{
	struct worker workers[WORKERS] = { }, watcher = { };
	unsigned int i;

	ASSERT_EQ(0, pthread_create(&watcher.thread, NULL, watch_thread, &watcher));
	for (i = 0; i < WORKERS; i++) {
		workers[i].nr = i;
		workers[i].fd = self->fd;
		ASSERT_EQ(0, pthread_create(&workers[i].thread, NULL, work_thread,
					    &workers[i]));
	}
	for (i = 0; i < WORKERS; i++) {
		ASSERT_EQ(0, pthread_join(workers[i].thread, NULL));
		EXPECT_STREQ("", workers[i].result);
	}
	__atomic_store_n(&watcher.stop, true, __ATOMIC_RELAXED);
	ASSERT_EQ(0, pthread_join(watcher.thread, NULL));
	EXPECT_STREQ("", watcher.result);
	EXPECT_LT(0, watcher.rounds);
	ASSERT_WELL(check_work(self->fd));
}

/* === What mm_layout says of it === */

FIXTURE(layout) {
	int fd;
};

FIXTURE_SETUP(layout)
{
	self->fd = set_up(_metadata);
	if (self->fd >= 0 && access(AREAS, R_OK))
		SKIP(return, "cannot read " AREAS ", no CONFIG_MM_LAYOUT_DEBUG");
}

FIXTURE_TEARDOWN(layout)
{
	close(self->fd);
	EXPECT_STREQ("", trim(O_WRONLY));
}

TEST_F(layout, areas)
{
	unsigned int nr;

	ASSERT_WELL(no_areas());
	/* Five in a row, and two with holes before them. */
	ASSERT_WELL(put(self->fd, 0, 4 * quantum + 1, 11));
	ASSERT_WELL(put(self->fd, 7 * quantum + 3, 1, 12));
	ASSERT_WELL(put(self->fd, (off_t)quantum * (max_quanta - 1), 1, 13));
	ASSERT_WELL(check_areas(&nr));
	ASSERT_EQ(7, nr);
}

/* What is said of each page of a quantum, asked for by its address. */
static const char *check_story(int fd, unsigned long long addr, unsigned int page)
{
	char text[16384], part[64];
	ssize_t n;

	n = snprintf(text, sizeof(text), "%llx", addr + page * page_size);
	if (write(fd, text, n) != n || lseek(fd, 0, SEEK_SET))
		return wrong("writing to " EXPLAIN ": %s", strerror(errno));
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return wrong("reading " EXPLAIN ": %s", strerror(errno));
	text[n] = '\0';
	snprintf(part, sizeof(part), "\nuse: page %u of vmalloc area ", page);
	if (!strstr(text, "\nregion: vmalloc, ") || !strstr(text, part) ||
	    !strstr(text, "[" MODULE "]") || !strstr(text, "\nwhat: in use by the kernel\n"))
		return wrong("of page %u at %#llx: %.300s", page, addr, text);
	return "";
}

TEST_F(layout, explained)
{
	struct quantum_line quanta[MAX_LISTED];
	int fd = open(EXPLAIN, O_RDWR);
	unsigned int i, nr;

	ASSERT_LE(0, fd);
	ASSERT_WELL(put(self->fd, 0, 3 * quantum, 14));
	ASSERT_WELL(read_quanta(quanta, &nr));
	ASSERT_EQ(3, nr);
	for (i = 0; i < nr; i++) {
		ASSERT_WELL(check_story(fd, quanta[i].addr, 0));
		ASSERT_WELL(check_story(fd, quanta[i].addr, quantum / page_size - 1));
	}
	close(fd);
}

TEST_F(layout, areas_after_trim)
{
	unsigned int i, nr;

	for (i = 1; i <= 8; i++) {
		ASSERT_WELL(put(self->fd, 0, i * quantum, i));
		ASSERT_WELL(check_areas(&nr));
		ASSERT_EQ(i, nr);
		ASSERT_WELL(trim(i & 1 ? O_WRONLY : O_RDWR));
		ASSERT_WELL(no_areas());
	}
}

/* A failed write has made its quantum, which has an area as any other. */
TEST_F(layout, areas_after_fault)
{
	void *bad = mmap(NULL, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	unsigned int nr;

	ASSERT_TRUE(bad != MAP_FAILED);
	ASSERT_EQ(-1, write(self->fd, bad, 1));
	ASSERT_EQ(EFAULT, errno);
	ASSERT_WELL(check_areas(&nr));
	ASSERT_EQ(1, nr);
	ASSERT_WELL(trim(O_WRONLY));
	ASSERT_WELL(no_areas());
	munmap(bad, page_size);
}

TEST_F_TIMEOUT(layout, areas_with_processes, 120)
{
	pid_t pids[WORKERS];
	unsigned int i, nr;

	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		ASSERT_LE(0, pids[i]);
		if (!pids[i])
			_exit(!is_well(put(self->fd, worker_pos(i, 0), quantum, i)));
	}
	for (i = 0; i < WORKERS; i++) {
		int status = -1;

		ASSERT_EQ(pids[i], waitpid(pids[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	ASSERT_WELL(check_areas(&nr));
	ASSERT_EQ(WORKERS, nr);
}

TEST_F_TIMEOUT(layout, scan, 120)
{
	ASSERT_WELL(scan_vmalloc());
	ASSERT_WELL(put(self->fd, 0, 5 * quantum, 14));
	ASSERT_WELL(scan_vmalloc());
	ASSERT_WELL(get(self->fd, 0, 5 * quantum, 14));
	ASSERT_WELL(trim(O_WRONLY));
	ASSERT_WELL(scan_vmalloc());
}

/* Areas that come and go must not be reported. */
TEST_F_TIMEOUT(layout, scan_while_busy, 120)
{
	bool *stop = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i;
	int status = -1;
	pid_t pid;

	ASSERT_TRUE(stop != MAP_FAILED);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		const char *ret = "";

		while (is_well(ret) && !__atomic_load_n(stop, __ATOMIC_RELAXED)) {
			for (i = 0; i < 8 && is_well(ret); i++)
				ret = put(self->fd, i * (off_t)quantum, 1, i);
			if (is_well(ret))
				ret = trim(O_WRONLY);
		}
		if (!is_well(ret))
			TH_LOG("%s", ret);
		_exit(!is_well(ret));
	}
	for (i = 0; i < 25; i++)
		EXPECT_STREQ("", scan_vmalloc());
	__atomic_store_n(stop, true, __ATOMIC_RELAXED);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	ASSERT_WELL(trim(O_WRONLY));
	ASSERT_WELL(no_areas());
	munmap(stop, page_size);
}

TEST_F_TIMEOUT(layout, scan_at_last, 120)
{
	ASSERT_WELL(no_areas());
	ASSERT_WELL(scan_vmalloc());
}

TEST_HARNESS_MAIN
