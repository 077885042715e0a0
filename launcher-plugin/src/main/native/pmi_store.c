/* Pairs of key and value that tasks have put. */
#include "pmi.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 256u
#define PAIR_OVERHEAD (sizeof(struct pmi_pair) + 2 * sizeof(void *))

static size_t hash(const char *key) {
  uint64_t value = 14695981039346656037ull; /* FNV-1a */
  for (; *key != 0; key++) {
    value = (value ^ (unsigned char)*key) * 1099511628211ull;
  }
  return (size_t)value;
}

static void grow(struct pmi_store *store) {
  size_t count = store->bucket_count == 0 ? FIRST_BUCKETS : store->bucket_count * 2;
  struct pmi_pair **buckets = checked_alloc(count * sizeof(struct pmi_pair *));
  for (size_t i = 0; i < store->bucket_count; i++) {
    struct pmi_pair *pair = store->buckets[i];
    while (pair != NULL) {
      struct pmi_pair *next = pair->next;
      size_t at = hash(pair->key) % count;
      pair->next = buckets[at];
      buckets[at] = pair;
      pair = next;
    }
  }
  free(store->buckets);
  store->buckets = buckets;
  store->bucket_count = count;
}

static struct pmi_pair *find(const struct pmi_store *store, const char *key) {
  if (store->bucket_count == 0) {
    return NULL;
  }
  struct pmi_pair *pair = store->buckets[hash(key) % store->bucket_count];
  while (pair != NULL && strcmp(pair->key, key) != 0) {
    pair = pair->next;
  }
  return pair;
}

bool store_put(struct pmi_store *store, const char *key, const char *value) {
  struct pmi_pair *pair = find(store, key);
  size_t key_bytes = strlen(key) + 1;
  size_t before = pair == NULL ? 0 : strlen(pair->value) + 1;
  size_t added = strlen(value) + 1 + (pair == NULL ? key_bytes + PAIR_OVERHEAD : 0);
  if (store->bytes - before + added > PMI_MAX_STORE_BYTES) {
    return false;
  }
  store->bytes = store->bytes - before + added;
  if (pair == NULL) {
    if (store->count >= store->bucket_count) {
      grow(store);
    }
    pair = checked_alloc(sizeof(struct pmi_pair) + key_bytes);
    memcpy(pair->key, key, key_bytes);
    size_t at = hash(key) % store->bucket_count;
    pair->next = store->buckets[at];
    store->buckets[at] = pair;
    store->count++;
  }
  char *copy = format_string("%s", value);
  free(pair->value);
  pair->value = copy;
  return true;
}

const char *store_get(const struct pmi_store *store, const char *key) {
  const struct pmi_pair *pair = find(store, key);
  return pair == NULL ? NULL : pair->value;
}

static void put16(uint8_t *at, size_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

bool pairs_add(struct buffer *pairs, const char *key, const char *value) {
  uint8_t head[4];
  size_t key_bytes = strlen(key);
  size_t value_bytes = strlen(value);
  if (pairs->length + sizeof(head) + key_bytes + value_bytes > PMI_MAX_SHARE_BYTES) {
    return false;
  }
  put16(head, key_bytes);
  put16(head + 2, value_bytes);
  return buffer_append(pairs, head, sizeof(head)) && buffer_append(pairs, key, key_bytes)
      && buffer_append(pairs, value, value_bytes);
}

static void copy_string(char *to, const uint8_t *from, size_t length) {
  memcpy(to, from, length);
  to[length] = 0;
}

bool pairs_merge(struct pmi_store *store, const char *bytes, size_t length) {
  char key[PMI_MAX_KEY];
  char value[PMI_MAX_VALUE];
  const uint8_t *at = (const uint8_t *)bytes;
  while (length > 0) {
    if (length < 4) {
      return false;
    }
    size_t key_bytes = (size_t)(at[0] << 8 | at[1]);
    size_t value_bytes = (size_t)(at[2] << 8 | at[3]);
    if (key_bytes >= sizeof(key) || value_bytes >= sizeof(value)
        || 4 + key_bytes + value_bytes > length) {
      return false;
    }
    copy_string(key, at + 4, key_bytes);
    copy_string(value, at + 4 + key_bytes, value_bytes);
    if (!store_put(store, key, value)) {
      return false;
    }
    at += 4 + key_bytes + value_bytes;
    length -= 4 + key_bytes + value_bytes;
  }
  return true;
}
