#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE 32

struct record {
    char name[NAME_SIZE];
    int *values;
};

int set_name(struct record *record, const char *name)
{
    return snprintf(record->name, sizeof record->name, "%s", name) < NAME_SIZE;
}

char *ask(char *out, int size)
{
    return fgets(out, size, stdin);
}

int read_word(void)
{
    char word[16];
    return scanf("%15s", word);
}

void greet(const char *name)
{
    printf("Hello %s\n", name);
}

int remove_file(const char *name)
{
    return unlink(name);
}

int *numbers(size_t count)
{
    return calloc(count, sizeof(int));
}

char *copy(const char *text)
{
    char *made = malloc(strlen(text) + 1);
    if (made == NULL) {
        return NULL;
    }
    strcpy(made, text);
    return made;
}

void drop(struct record *record)
{
    free(record->values);
    free(record);
}

void clear(struct record *record)
{
    for (int i = 0; i < NAME_SIZE; i++) {
        record->name[i] = 0;
    }
}

int scratch(char *name)
{
    return mkstemp(name);
}
