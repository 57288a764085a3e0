import type { Poll, PollBegin, PollTally } from '../protocol.gen';

/** A poll in which nobody has voted. */
export function begun({ options, multiple = false, hidden = false }: PollBegin): Poll {
  const fresh = options.map((text) => ({ text, votes: 0, users: [] }));
  return { options: fresh, multiple, hidden, voters: 0, closed: false };
}

/** A poll after a vote, in the place of what the voter had chosen before. Where names are hidden the count is told. */
export function voted(poll: Poll, by: string, choices: readonly number[], tally?: PollTally): Poll {
  const options = poll.options.map((option, at) => {
    if (tally) return { ...option, votes: tally.votes[at] ?? 0 };
    const users = option.users.filter((user) => user !== by);
    if (choices.includes(at)) users.push(by);
    return { ...option, users, votes: users.length };
  });
  const voters = tally?.voters ?? new Set(options.flatMap(({ users }) => users)).size;
  return { ...poll, options, voters };
}
