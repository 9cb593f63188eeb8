/** The code of a record whose user or address belongs to staff. The sink decides who is staff. */
export const staffAccount = 'staff-account';
