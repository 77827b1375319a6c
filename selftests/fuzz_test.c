// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to the files of mm_layout what nobody should write: a hundred thousand inputs,
 * by several threads, while others read and the memory of the machine comes and goes.
 * What is wrong has to be refused, what is right taken, and nothing may happen to the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define DIR		"/sys/kernel/debug/mm_layout/"
#define WRITERS		4
#define INPUTS		25000	/* of each of them */
#define MAX_EDGES	96
#define MAX_LEN		8192
#define NOBODY		65534

static uint64_t edge[MAX_EDGES];
static int nr_edges;
/* The largest address, as the map ends with it. */
static uint64_t last_address;

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

/* The first and the last byte of all regions, and their neighbours. */
static void read_edges(void)
{
	FILE *f = fopen(DIR "map", "r");
	uint64_t start, last;
	char line[200];

	nr_edges = 0;
	while (f && fgets(line, sizeof(line), f) && nr_edges + 4 <= MAX_EDGES) {
		if (sscanf(line, "0x%" SCNx64 " 0x%" SCNx64 " ", &start, &last) != 2)
			continue;
		last_address = last;
		if (start)
			edge[nr_edges++] = start - 1;
		edge[nr_edges++] = start;
		edge[nr_edges++] = last;
		if (start + 1 < last)
			edge[nr_edges++] = start + 1;
	}
	if (f)
		fclose(f);
}

/* === Questions === */

struct input {
	char text[MAX_LEN];
	size_t len;
	bool valid;
};

static void put(struct input *in, bool valid, const char *fmt, ...) __printf(3, 4);

static void put(struct input *in, bool valid, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	in->len = vsnprintf(in->text, sizeof(in->text), fmt, args);
	va_end(args);
	in->valid = valid;
}

static void random_bytes(struct input *in, size_t len, unsigned int *seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		in->text[i] = next_random(seed);
	/* No digit in front, or it might be one that is right. */
	in->text[0] = 'x';
	in->len = len;
	in->valid = false;
}

/* Letters of what is right, in any order, but with one that is not. */
static void random_word(struct input *in, unsigned int *seed)
{
	static const char letters[] = "0123456789abcdefx:\n\tpfnhys ABCDEF";
	size_t i, len = 1 + next_random(seed) % 30;

	for (i = 0; i < len; i++)
		in->text[i] = letters[next_random(seed) % (sizeof(letters) - 1)];
	in->text[next_random(seed) % len] = "ghijklmno=-+,;"[next_random(seed) % 14];
	/* "pfn:" and "phys:" have one of these, and must not be right by accident. */
	for (i = 0; i < len; i++)
		if (in->text[i] == ':')
			in->text[i] = '.';
	in->len = len;
	in->valid = false;
}

static void make_input(struct input *in, unsigned int *seed)
{
	uint64_t addr = edge[next_random(seed) % nr_edges];
	uint64_t random = ((uint64_t)next_random(seed) << 32 | next_random(seed)) & last_address;
	static const char bits[] = "0123456789abcdef";

	switch (next_random(seed) % 16) {
	case 0:
		put(in, true, "%" PRIx64, addr);
		break;
	case 1:
		put(in, true, "0x%" PRIx64 "\n", random);
		break;
	case 2:
		put(in, true, "pfn:%" PRIx64, random >> 12);
		break;
	case 3:
		put(in, true, " phys:0x%" PRIx64 "\n\t", random);
		break;
	case 4:
		put(in, false, "%" PRIx64 "0", last_address);
		break;
	case 5:
		put(in, false, "%" PRIx64 " %" PRIx64, addr, random);
		break;
	case 6:
		put(in, false, "phys:%" PRIx64 "%c", random, "ghz-"[next_random(seed) % 4]);
		break;
	case 7:
		put(in, false, "pfn:%c%" PRIx64, "+- g"[next_random(seed) % 4], random);
		break;
	case 8:
		put(in, false, "0x%" PRIx64 "%*s", addr, 32, "");
		break;
	case 9:
		put(in, false, "%*s", (int)(1 + next_random(seed) % (MAX_LEN - 2)), "\n");
		break;
	case 10:
		/* A word ends where the input does. */
		put(in, false, "%" PRIx64, addr);
		in->text[in->len / 2] = '\0';
		break;
	case 11:
		put(in, false, "%" PRIx64, addr);
		in->text[in->len++] = '\0';
		break;
	case 12:
		random_bytes(in, 1 + next_random(seed) % 31, seed);
		break;
	case 13:
		random_bytes(in, 32 + next_random(seed) % (MAX_LEN - 32), seed);
		break;
	case 14:
		put(in, false, "pfn:pfn:%c", bits[next_random(seed) % 16]);
		break;
	default:
		random_word(in, seed);
		break;
	}
}

/* === Writers === */

static atomic_bool stop;

static const char *write_input(int fd, const struct input *in)
{
	ssize_t n = write(fd, in->text, in->len);

	if (in->valid && n != (ssize_t)in->len)
		return wrong("'%.*s' is refused: %s", (int)in->len, in->text, strerror(errno));
	if (!in->valid && n >= 0)
		return wrong("%zu bytes are taken, though they are wrong: '%.*s'", in->len,
			     (int)(in->len < 64 ? in->len : 64), in->text);
	if (!in->valid && errno != EINVAL)
		return wrong("%zu bytes are refused, but with: %s", in->len, strerror(errno));
	return "";
}

static const char *ask_and_read(int fd)
{
	char story[16384];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET))
		return wrong("lseek: %s", strerror(errno));
	n = read(fd, story, sizeof(story) - 1);
	if (n <= 0)
		return wrong("explain cannot be read: %s", n ? strerror(errno) : "it is empty");
	story[n] = '\0';
	if (strncmp(story, "address: ", 9) && strncmp(story, "pfn: ", 5) &&
	    strncmp(story, "phys: ", 6))
		return wrong("a story begins with: %.40s", story);
	if (strstr(story, "\nviolated: "))
		return wrong("a violation: %.300s", strstr(story, "\nviolated: ") + 1);
	return "";
}

/* What was right is read now and then: that takes as long as a scan. */
static const char *write_all(unsigned int seed)
{
	int fd = open(DIR "explain", O_RDWR), scan = open(DIR "scan", O_WRONLY);
	int hooks = open(DIR "hooks", O_WRONLY), i;
	struct input *in = malloc(sizeof(*in));
	const char *ret = "";

	if (fd < 0 || scan < 0 || hooks < 0 || !in)
		ret = wrong("cannot open the files: %s", strerror(errno));
	for (i = 0; i < INPUTS && !*ret; i++) {
		make_input(in, &seed);
		ret = write_input(fd, in);
		if (!*ret && in->valid && !(i % 200))
			ret = ask_and_read(fd);
		/* Neither knows addresses: no input with a letter or two digits is right. */
		if (!*ret && !in->valid && in->len > 1)
			ret = write_input(i & 1 ? scan : hooks, in);
	}
	free(in);
	close(fd);
	close(scan);
	close(hooks);
	return ret;
}

struct writer {
	pthread_t thread;
	unsigned int seed;
	char result[400];
};

static void *run_writer(void *arg)
{
	struct writer *w = arg;

	snprintf(w->result, sizeof(w->result), "%s", write_all(w->seed));
	return NULL;
}

/* Memory and tasks that come and go. */
static void *run_load(void *arg)
{
	size_t size = 4 << 20;
	int stat;
	char *p;

	while (!stop) {
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
		if (p != MAP_FAILED) {
			memset(p, 1, size);
			munmap(p, size);
		}
		if (!fork())
			_exit(0);
		wait(&stat);
	}
	return arg;
}

/* The other files, and explain by who has asked nothing: it answers the others. */
static void *run_reader(void *arg)
{
	static const char * const names[] = { "map", "areas", "slabs", "scan", "explain" };
	char path[64], text[4096];
	unsigned int i = 0;
	int fd;

	while (!stop) {
		snprintf(path, sizeof(path), DIR "%s", names[i++ % 5]);
		fd = open(path, O_RDONLY);
		while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
			;
		close(fd);
		usleep(20000);
	}
	return arg;
}

FIXTURE(fuzz) { };

FIXTURE_SETUP(fuzz)
{
	read_edges();
	ASSERT_LT(0, nr_edges) TH_LOG("there are no regions in " DIR "map");
}

FIXTURE_TEARDOWN(fuzz) { }

/* Each edge of each region has a story, and nothing is violated there. */
TEST_F_TIMEOUT(fuzz, edges_explained, 240)
{
	int fd = open(DIR "explain", O_RDWR), i;
	struct input *in = malloc(sizeof(*in));

	ASSERT_LE(0, fd);
	ASSERT_TRUE(!!in);
	for (i = 0; i < nr_edges; i++) {
		put(in, true, "%" PRIx64, edge[i]);
		ASSERT_STREQ("", write_input(fd, in));
		ASSERT_STREQ("", ask_and_read(fd));
	}
	free(in);
	close(fd);
}

/* What one has asked is not what another is told. */
TEST_F(fuzz, own_question)
{
	int a = open(DIR "explain", O_RDWR), b = open(DIR "explain", O_RDWR), c;
	char text[64] = "";

	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	ASSERT_EQ(7, write(a, "pfn:123", 7));
	ASSERT_EQ(7, write(b, "pfn:456", 7));
	ASSERT_LT(0, read(a, text, sizeof(text) - 1));
	EXPECT_EQ(0, strncmp(text, "pfn: 0x123\n", 11));
	ASSERT_LT(0, read(b, text, sizeof(text) - 1));
	EXPECT_EQ(0, strncmp(text, "pfn: 0x456\n", 11));
	c = open(DIR "explain", O_RDONLY);
	ASSERT_LE(0, c);
	ASSERT_LT(0, read(c, text, sizeof(text) - 1));
	EXPECT_EQ(0, strncmp(text, "pfn: 0x456\n", 11));
	close(a);
	close(b);
	close(c);
}

TEST_F_TIMEOUT(fuzz, bad_input_under_load, 280)
{
	struct writer writer[WRITERS] = { };
	pthread_t load, reader;
	char hooks[2] = "", after[2] = "";
	int i, fd = open(DIR "hooks", O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(1, pread(fd, hooks, 1, 0));
	ASSERT_EQ(0, pthread_create(&load, NULL, run_load, NULL));
	ASSERT_EQ(0, pthread_create(&reader, NULL, run_reader, NULL));
	for (i = 0; i < WRITERS; i++) {
		writer[i].seed = 4711 + i;
		ASSERT_EQ(0, pthread_create(&writer[i].thread, NULL, run_writer, &writer[i]));
	}
	for (i = 0; i < WRITERS; i++)
		pthread_join(writer[i].thread, NULL);
	stop = true;
	pthread_join(load, NULL);
	pthread_join(reader, NULL);
	for (i = 0; i < WRITERS; i++)
		EXPECT_STREQ("", writer[i].result);
	close(fd);
	fd = open(DIR "hooks", O_RDONLY);
	ASSERT_EQ(1, pread(fd, after, 1, 0));
	EXPECT_STREQ(hooks, after);
	close(fd);
}

/* Who is not root gets nothing. */
TEST_F(fuzz, nobody_gets_nothing)
{
	static const char * const names[] = {
		"map", "areas", "slabs", "scan", "hooks", "explain",
	};
	int stat, i;
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(100);
		for (i = 0; i < 6; i++) {
			char path[64];

			snprintf(path, sizeof(path), DIR "%s", names[i]);
			if (open(path, O_RDONLY) >= 0 || errno != EACCES ||
			    open(path, O_WRONLY) >= 0 || errno != EACCES)
				_exit(1 + i);
		}
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &stat, 0));
	EXPECT_EQ(0, stat);
}

TEST_HARNESS_MAIN
