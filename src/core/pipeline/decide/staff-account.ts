/** The code of a record that meets a member of staff, who is no customer's user and holds no customer's address. */
export const staffAccount = 'staff-account';
