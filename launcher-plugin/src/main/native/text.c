/* Messages, numbers, buffers: what every other file needs. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void *checked_alloc(size_t bytes) {
  void *memory = calloc(1, bytes == 0 ? 1 : bytes);
  if (memory == NULL) {
    static const char message[] = "headrace-stepd: out of memory\n";
    if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0) {
      _exit(111);
    }
    _exit(111);
  }
  return memory;
}

static char *format_list(const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0) {
    return checked_alloc(1);
  }
  return text;
}

char *format_string(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = format_list(format, arguments);
  va_end(arguments);
  return text;
}

static void flatten(char *text) {
  for (; *text != 0; text++) {
    if ((unsigned char)*text < ' ') {
      *text = ' ';
    }
  }
}

void log_line(const struct step *step, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = format_list(format, arguments);
  va_end(arguments);
  flatten(text);
  const char *name = step != NULL && step->dir != NULL ? strrchr(step->dir, '/') : NULL;
  char *line = format_string("headrace-stepd[%ld]%s%s: %s\n", (long)getpid(),
                             name != NULL ? " " : "", name != NULL ? name + 1 : "", text);
  write_fully(STDERR_FILENO, line, strlen(line));
  free(line);
  free(text);
}

void set_reason(struct step *step, const char *format, ...) {
  if (step->reason[0] != 0) {
    return; /* the first thing that went wrong explains the rest */
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(step->reason, sizeof(step->reason), format, arguments);
  va_end(arguments);
  flatten(step->reason);
}

void add_note(struct step *step, const char *format, ...) {
  if (step->note_count >= MAX_NOTES) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  char *text = format_list(format, arguments);
  va_end(arguments);
  flatten(text);
  step->notes[step->note_count++] = text;
}

static int64_t clock_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t now_ms(void) { return clock_ms(CLOCK_REALTIME); }

int64_t monotonic_ms(void) { return clock_ms(CLOCK_MONOTONIC); }

bool write_fully(int fd, const void *data, size_t length) {
  const char *at = data;
  while (length > 0) {
    ssize_t written = write(fd, at, length);
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return false;
    }
    at += written;
    length -= (size_t)written;
  }
  return true;
}

void put32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

bool buffer_append(struct buffer *buffer, const void *data, size_t length) {
  if (buffer->start + buffer->length + length > buffer->capacity && buffer->start > 0) {
    memmove(buffer->data, buffer->data + buffer->start, buffer->length);
    buffer->start = 0;
  }
  if (buffer->length + length > buffer->capacity) {
    size_t capacity = buffer->capacity == 0 ? 4096 : buffer->capacity;
    while (capacity < buffer->length + length) {
      capacity *= 2;
    }
    char *grown = realloc(buffer->data, capacity);
    if (grown == NULL) {
      return false;
    }
    buffer->data = grown;
    buffer->capacity = capacity;
  }
  memcpy(buffer->data + buffer->start + buffer->length, data, length);
  buffer->length += length;
  return true;
}

void buffer_consume(struct buffer *buffer, size_t length) {
  buffer->start += length;
  buffer->length -= length;
  if (buffer->length == 0) {
    /* Idle steps shouldn't hold on to what one burst needed. */
    free(buffer->data);
    memset(buffer, 0, sizeof(*buffer));
  }
}

static char *title_area;
static size_t title_bytes;

void title_init(int argc, char **argv) {
  title_area = argv[0];
  title_bytes = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[0]);
}

/* What ps shows: the step instead of the spawner's arguments. */
void title_set(const char *text) {
  if (title_bytes > 0) {
    memset(title_area, 0, title_bytes);
    snprintf(title_area, title_bytes, "%s", text);
  }
}
